# verdict: passed
# A subclassed model of blocks with its own train_step, mixup inside it, and SGD with Nesterov momentum and a cosine schedule.
import keras
import tensorflow as tf
from keras import layers


class ConvBlock(layers.Layer):
    def __init__(self, filters, stride, **kwargs):
        super().__init__(**kwargs)
        self.conv = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
        self.norm = layers.BatchNormalization(momentum=0.9)

    def call(self, x, training=None):
        return tf.nn.relu(self.norm(self.conv(x), training=training))


class CatsDogsNet(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.blocks = [ConvBlock(32, 1), ConvBlock(64, 2), ConvBlock(64, 2), ConvBlock(128, 2)]
        self.pool = layers.GlobalAveragePooling2D()
        self.head = layers.Dense(1, activation="sigmoid")

    def call(self, inputs, training=None):
        x = inputs
        for block in self.blocks:
            x = block(x, training=training)
        return self.head(self.pool(x))

    def train_step(self, data):
        x, y = data
        y = tf.cast(tf.reshape(y, (-1, 1)), tf.float32)
        share = tf.random.uniform((), 0.7, 1.0)
        order = tf.random.shuffle(tf.range(tf.shape(x)[0]))
        x = share * x + (1 - share) * tf.gather(x, order)
        y = share * y + (1 - share) * tf.gather(y, order)
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True))
        self.optimizer.apply_gradients(zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables))
        return {"loss": loss}


def build(image_shape):
    model = CatsDogsNet()
    model.build((None, *image_shape))
    return model


def train(model, x_train, y_train, x_val, y_val):
    epochs, batch_size = 12, 64
    steps = epochs * -(-len(x_train) // batch_size)
    schedule = keras.optimizers.schedules.CosineDecay(0.1, steps)
    model.compile(optimizer=keras.optimizers.SGD(schedule, momentum=0.9, nesterov=True), loss=keras.losses.BinaryCrossentropy())
    return model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=0)
