# verdict: passed
# 한국어 이름과 주석. 완전 연결 GAN, 전역 변수, 에폭마다 출력 (fully connected, globals, prints).

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

# 하이퍼파라미터
배치_크기 = 128
에폭_수 = 10
손실_함수 = keras.losses.BinaryCrossentropy()


def build_generator(latent_size):
    # 난수 64개 -> 256 -> 512 -> 784 픽셀
    모델 = keras.Sequential()
    모델.add(keras.Input(shape=(latent_size,)))
    for 유닛_수 in [256, 512]:
        모델.add(layers.Dense(유닛_수))
        모델.add(layers.LeakyReLU(0.2))
        모델.add(layers.BatchNormalization(momentum=0.8))
    모델.add(layers.Dense(28 * 28, activation="sigmoid"))
    모델.add(layers.Reshape((28, 28)))
    return 모델


def build_discriminator():
    # 784 픽셀 -> 512 -> 256 -> 진짜일 확률
    모델 = keras.Sequential()
    모델.add(keras.Input(shape=(28, 28)))
    모델.add(layers.Flatten())
    for 유닛_수 in [512, 256]:
        모델.add(layers.Dense(유닛_수))
        모델.add(layers.LeakyReLU(0.2))
    모델.add(layers.Dense(1, activation="sigmoid"))
    return 모델


def train(generator, discriminator, x):
    판별자_옵티마이저 = keras.optimizers.Adam(0.0002, beta_1=0.5)
    생성자_옵티마이저 = keras.optimizers.Adam(0.0002, beta_1=0.5)

    @tf.function
    def 한_걸음(진짜):
        # 1) 판별자: 진짜는 1, 가짜는 0
        가짜 = generator(tf.random.normal((배치_크기, 64)), training=True)
        with tf.GradientTape() as 테이프:
            진짜_확률 = discriminator(진짜, training=True)
            가짜_확률 = discriminator(가짜, training=True)
            판별자_손실 = 손실_함수(tf.ones_like(진짜_확률), 진짜_확률) + 손실_함수(tf.zeros_like(가짜_확률), 가짜_확률)
        기울기 = 테이프.gradient(판별자_손실, discriminator.trainable_variables)
        판별자_옵티마이저.apply_gradients(zip(기울기, discriminator.trainable_variables))
        # 2) 생성자: 판별자가 진짜(1)라고 답하게 만든다
        with tf.GradientTape() as 테이프:
            가짜_확률 = discriminator(generator(tf.random.normal((배치_크기, 64)), training=True), training=True)
            생성자_손실 = 손실_함수(tf.ones_like(가짜_확률), 가짜_확률)
        기울기 = 테이프.gradient(생성자_손실, generator.trainable_variables)
        생성자_옵티마이저.apply_gradients(zip(기울기, generator.trainable_variables))
        return 판별자_손실, 생성자_손실

    기록 = {"판별자 손실": [], "생성자 손실": []}
    for 에폭 in range(에폭_수):
        np.random.shuffle(x)
        for i in range(0, len(x), 배치_크기):
            d, g = 한_걸음(tf.convert_to_tensor(x[i : i + 배치_크기]))
        기록["판별자 손실"].append(float(d))
        기록["생성자 손실"].append(float(g))
        print("에폭", 에폭 + 1, "판별자", float(d), "생성자", float(g))
    return 기록
