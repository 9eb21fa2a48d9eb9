# verdict: failed
# caught by: test_count_pieces
# diagnosis: places
# Counts the ends too.

import numpy as np
A=np.asarray
relu=lambda x:A(x)*(A(x)>0)
relu_gradient=lambda x:1*(A(x)>0)
def collapse(weights,biases):
    if len(weights)<2:return weights[0],biases[0]
    (W,V,*r),(b,c,*s)=weights,biases
    return collapse([W@V]+r,[b@V+c]+s)
xor_network=lambda:([[1,1],[1,1]],[0,-1],[1,-2],0)
def piecewise_linear(xs,ys):
    s=np.diff(ys)/np.diff(xs);n=len(s)
    return [1]*n+[-1],[*-xs[:-1],xs[0]],[*np.diff(s,prepend=0),-s[0]],ys[0]
def he_init(sizes,seed,r=np.random.default_rng):
    g=r(seed)
    return[(g.uniform(-1,1,(i,o))*(6/i)**.5,[0]*o)for i,o in zip(sizes,sizes[1:])]
def gradient_norms(layers,x,activation):
    def go(h,L):
        (W,b),*R=L;z=h@W+b
        if not R:d=np.ones(z.shape);return[d],[np.linalg.norm(h.T@d)]
        a,g={"l":(z,1),"s":((s:=1/(1+np.exp(-z))),s*(1-s)),"r":(relu(z),z>0)}[activation[0]]
        (d,*_),n=go(a,R);d=d@A(R[0][0]).T*g
        return[d],[np.linalg.norm(h.T@d)]+n
    return go(x,layers)[1]
fits_without_bias=lambda x,y:all(abs(u*q-v*p)<1e-6*(1+p*p+u*u)and(p!=0 or abs(q)<1e-6)for p,q in zip(x,y)for u,v in zip(x,y)if p*u>0 or p==0)
dead_units=lambda w,b,x:[i for i,m in enumerate((x@w+b).max(0))if m<=0]
def count_pieces(layers,start,end):
    t=A([0,1.]);h=np.stack([start,end])
    for W,b in layers[:-1]:
        z=h@W+b;i,j=np.nonzero(z[1:]*z[:-1]<0);p=z[i,j]/(z[i,j]-z[i+1,j])
        T=np.unique(np.r_[t,t[i]+p*(t[i+1]-t[i])]);T=T[np.r_[1>0,np.diff(T)>1e-12]]
        h=relu(A([np.interp(T,t,c)for c in z.T]).T);t=T
    s=np.diff(h@layers[-1][0],axis=0)/np.diff(t)[:,None]
    return 2+sum(abs(np.diff(s,axis=0)).max(1)>1e-7*abs(s).max())
sawtooth=lambda depth:[([[1,1]],[0,-.5])]+[([[2,2],[-4,-4]],[0,-.5])]*(depth-1)+[([[2],[-4]],[0])]
