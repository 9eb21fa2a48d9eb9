# verdict: passed
# As short as it goes.
import numpy as n
def predict(x,w,b):return x@w+b
def loss(x,y,w,b):return((x@w+b-y)**2).mean()
def gradients(x,y,w,b):e=2*(x@w+b-y)/len(y);return e@x,e.sum()
def fit_gradient_descent(x,y):
    m,s=x.mean(0),x.std(0);s+=s==0;z=(x-m)/s;w,b=0*m,0
    for _ in range(9999):g,h=gradients(z,y,w,b);w=w-g/20;b-=h/20
    return w/s,b-m@(w/s)
def fit_closed_form(x,y):*w,b=n.linalg.lstsq(n.c_[x,n.ones(len(x))],y,rcond=None)[0];return w,b
