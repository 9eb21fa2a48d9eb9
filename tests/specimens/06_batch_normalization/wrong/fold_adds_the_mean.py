# verdict: failed
# caught by: test_fold
# diagnosis: mean_added
# The running mean is added.
import keras as K, numpy as np
L=K.layers
def s(x):
 a=(*range(x.ndim-1),);return x.mean(a),x.var(a),a
batchnorm_inference=lambda x,g,b,m,v,e:(x-m)*g/(v+e)**.5+b
batchnorm_forward=lambda x,g,b,e:batchnorm_inference(x,g,b,*s(x)[:2],e)
def batchnorm_backward(d,x,g,e):
 m,v,a=s(x);r=(v+e)**-.5;z=(x-m)*r;return g*r*(d-d.mean(a)-z*(d*z).mean(a)),(d*z).sum(a),d.sum(a)
update_running=lambda m,v,x,p:[p*o+(1-p)*n for o,n in zip((m,v),s(x))]
fold=lambda w,b,g,t,m,v,e:(w*(k:=g/(v+e)**.5),(b+m)*k+t)
build=lambda n:K.Sequential([K.Input((784,)),*sum(([L.Dense(32),*([L.BatchNormalization(momentum=.9)]if n else[]),L.Activation("sigmoid")]for _ in range(12)),[]),L.Dense(10,"softmax")])
def train(m,x,y):m.compile("nadam","sparse_categorical_crossentropy");m.fit(x,y,100,4,0)
