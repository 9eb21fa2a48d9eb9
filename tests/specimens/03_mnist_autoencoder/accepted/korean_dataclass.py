# verdict: passed
# 한글 이름과 설명, 설정은 데이터클래스에 모으고 tf.data로 묶음을 만든다.
from dataclasses import dataclass

import keras
import tensorflow as tf
from keras import layers


@dataclass(frozen=True)
class 설정:
    픽셀: int = 784
    은닉: tuple[int, ...] = (256, 128)
    코드: int = 32
    에포크: int = 6
    묶음: int = 128
    학습률: float = 1e-3


기본 = 설정()


def 층쌓기(입력: int, 은닉층: tuple[int, ...], 출력: int, 마지막: str | None) -> keras.Model:
    """은닉층을 차례로 쌓은 모델을 만든다."""
    들어온것 = keras.Input((입력,))
    값 = 들어온것
    for 크기 in 은닉층:
        값 = layers.Dense(크기, activation="swish")(값)
    return keras.Model(들어온것, layers.Dense(출력, activation=마지막)(값))


def build_encoder() -> keras.Model:
    # 코드에는 활성화 함수를 쓰지 않는다
    return 층쌓기(기본.픽셀, 기본.은닉, 기본.코드, None)


def build_decoder() -> keras.Model:
    return 층쌓기(기본.코드, 기본.은닉[::-1], 기본.픽셀, "sigmoid")


def train(encoder: keras.Model, decoder: keras.Model, x) -> dict[str, list[float]]:
    자료 = (
        tf.data.Dataset.from_tensor_slices((x, x))
        .cache()
        .shuffle(10_000)
        .batch(기본.묶음)
        .prefetch(tf.data.AUTOTUNE)
    )
    전체 = keras.Sequential([encoder, decoder])
    전체.compile(optimizer=keras.optimizers.Adam(기본.학습률), loss="mse")
    기록 = 전체.fit(자료, epochs=기본.에포크, verbose=0)
    print("마지막 손실:", 기록.history["loss"][-1])
    return {"손실": 기록.history["loss"]}
