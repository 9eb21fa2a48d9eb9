# verdict: passed
# As few characters as it takes.
from keras import Sequential as S, Input as I
from keras.layers import Dense as D
f=lambda a,b,c:S([I((a,)),D(400,"selu"),D(b,c)])
build_encoder=lambda:f(784,32,None)
build_decoder=lambda:f(32,784,"sigmoid")
def train(e,d,x):m=S([e,d]);m.compile("nadam","mse");return m.fit(x,x,64,4,0)
