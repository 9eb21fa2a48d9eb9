# verdict: passed
# As short as it gets.
from keras import Sequential as S, layers as l
f=lambda n:[l.Conv2D(n,3,2,"same"),l.BatchNormalization(momentum=.8),l.ReLU()]
build=lambda s:S([l.Input(s),l.RandomFlip("horizontal"),*f(48),*f(96),*f(96),l.GlobalMaxPool2D(),l.Dense(1,"sigmoid")])
def train(m,x,y,v,w):m.compile("adam","bce",metrics=["acc"]);return m.fit(x,y,32,9,validation_data=(v,w))
