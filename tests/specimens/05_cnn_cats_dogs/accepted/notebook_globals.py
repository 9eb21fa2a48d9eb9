# verdict: passed
# A notebook pasted into one file: globals, prints, ImageDataGenerator, metrics by name, a look at a few answers at the end.
import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import *
from tensorflow.keras.models import *
from tensorflow.keras.preprocessing.image import ImageDataGenerator

tf.random.set_seed(42)
np.random.seed(42)

IMG_SIZE = 32
BATCH = 32
EPOCHS = 12
history = None

print(tf.__version__)

train_gen = ImageDataGenerator(horizontal_flip=True)


def build(image_shape):
    global model
    model = Sequential()
    model.add(Input(image_shape))
    model.add(Conv2D(32, (3, 3), activation='relu', padding='same'))
    model.add(MaxPool2D((2, 2)))
    model.add(Conv2D(64, (3, 3), activation='relu', padding='same'))
    model.add(MaxPool2D((2, 2)))
    model.add(Conv2D(128, (3, 3), activation='relu', padding='same'))
    model.add(MaxPool2D((2, 2)))
    model.add(Flatten())
    model.add(Dropout(0.5))
    model.add(Dense(256, activation='relu'))
    model.add(Dense(1, activation='sigmoid'))
    model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
    return model


def train(model, x_train, y_train, x_val, y_val):
    global history
    print(x_train.shape, y_train.shape, x_val.shape, y_val.shape)
    print('cats/dogs:', (y_train == 0).sum(), (y_train == 1).sum())
    flow = train_gen.flow(x_train, y_train, batch_size=BATCH)
    history = model.fit(flow, validation_data=(x_val, y_val), epochs=EPOCHS)
    print(model.evaluate(x_val, y_val))
    print(model.predict(x_val[:5]).round(2).ravel(), y_val[:5])
    print(history.history['val_accuracy'])
