# verdict: failed
# caught by: test_inference
# diagnosis: mean_not_subtracted
# The running mean is not subtracted.
from dataclasses import dataclass

import numpy as np
from tensorflow import keras


@dataclass(frozen=True)
class 설정:
    층수: int = 11
    유닛: int = 80
    학습률: float = 0.1
    관성: float = 0.9
    에포크: int = 5
    배치크기: int = 100


기본 = 설정()


def 채널통계(x):
    """마지막 축(채널)을 뺀 모든 축에 대한 평균과 분산."""
    축 = tuple(range(x.ndim - 1))
    평균 = x.mean(axis=축)
    분산 = ((x - 평균) ** 2).mean(axis=축)
    return 축, 평균, 분산


def batchnorm_forward(x, gamma, beta, eps):
    _, 평균, 분산 = 채널통계(x)
    정규화 = (x - 평균) / np.sqrt(분산 + eps)
    return gamma * 정규화 + beta


def batchnorm_backward(dy, x, gamma, eps):
    축, 평균, 분산 = 채널통계(x)
    개수 = x.size // x.shape[-1]
    편차 = np.sqrt(분산 + eps)
    정규화 = (x - 평균) / 편차

    # 감마와 베타의 기울기는 쉽다.
    dbeta = dy.sum(axis=축)
    dgamma = (dy * 정규화).sum(axis=축)

    # x의 기울기: 세 갈래 길(바로, 평균을 거쳐, 분산을 거쳐)을 모두 더한다.
    d정규화 = dy * gamma
    d분산 = (d정규화 * (x - 평균)).sum(axis=축) * -0.5 * 편차**-3
    d평균 = -(d정규화 / 편차).sum(axis=축)
    dx = d정규화 / 편차 + 2 * d분산 * (x - 평균) / 개수 + d평균 / 개수
    return dx, dgamma, dbeta


def update_running(mean, var, x, momentum):
    _, 평균, 분산 = 채널통계(x)
    새평균 = momentum * mean + (1 - momentum) * 평균
    새분산 = momentum * var + (1 - momentum) * 분산
    return 새평균, 새분산


def batchnorm_inference(x, gamma, beta, mean, var, eps):
    return gamma * x / np.sqrt(var + eps) + beta


def fold(w, b, gamma, beta, mean, var, eps):
    배율 = gamma / np.sqrt(var + eps)
    return w * 배율, (b - mean) * 배율 + beta


def build(use_batchnorm):
    입력 = keras.Input(shape=(784,))
    h = 입력
    for 번호 in range(기본.층수):
        h = keras.layers.Dense(기본.유닛, name=f"hidden_{번호}")(h)
        if use_batchnorm:
            h = keras.layers.BatchNormalization(momentum=0.9, name=f"norm_{번호}")(h)
        h = keras.layers.Activation("sigmoid")(h)
    출력 = keras.layers.Dense(10, activation="softmax")(h)
    return keras.Model(입력, 출력)


def train(model, x, y):
    최적화 = keras.optimizers.SGD(learning_rate=기본.학습률, momentum=기본.관성)
    model.compile(optimizer=최적화, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    print("학습 시작:", x.shape)
    return model.fit(x, y, epochs=기본.에포크, batch_size=기본.배치크기, verbose=2)
