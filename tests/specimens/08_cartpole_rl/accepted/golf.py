# verdict: passed
# Code golf: a thousand lines through the origin at once, the best is tried again by all, until one never falls.
import numpy as np
build=lambda:[np.zeros(4)]
act=lambda p,o:(o@p[0]>0)*1
def train(p,m,seed):
    r=np.random.default_rng(seed);e=m(n:=256);o=e.reset()[0];s=np.std([e.step(r.integers(2,size=n))[0]for _ in"."*99],(0,1));b=0
    def f(w):
        o=e.reset()[0];l=np.zeros(n);k=l<1
        while k.any():o,_,d,t,_=e.step((np.sum(o*w,1)>0)*1);l+=k;k&=~(d|t)
        return l
    while b<499:
        w=p[0]*(b>0)+r.normal(size=(n,4))/s*(.3*np.linalg.norm(p[0]*s)if b else 1)
        for i in np.argsort(-f(w))[:3]:
            if(c:=f(w[i:i+1]).mean())>b:b=c;p[0][:]=w[i]
