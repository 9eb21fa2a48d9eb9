# verdict: passed
# Korean names and comments; the pictures are doubled by hand (mirrored), and the learning rate is lowered in two stages.
import numpy as np
import tensorflow as tf
from tensorflow import keras

배치_크기 = 50


def build(image_shape):
    # 합성곱 -> 배치 정규화 -> 풀링을 세 번 반복한다
    입력 = keras.Input(shape=image_shape)
    x = 입력
    for 필터_수 in [32, 64, 128]:
        x = keras.layers.Conv2D(필터_수, (3, 3), padding="same")(x)
        x = keras.layers.BatchNormalization()(x)
        x = keras.layers.ReLU()(x)
        x = keras.layers.MaxPool2D((2, 2))(x)
    # 모든 자리의 평균
    x = keras.layers.GlobalAveragePooling2D()(x)
    출력 = keras.layers.Dense(1, activation="sigmoid")(x)
    모델 = keras.Model(입력, 출력)
    return 모델


def train(model, x_train, y_train, x_val, y_val):
    # 좌우로 뒤집은 그림을 더해 두 배로 늘린다
    뒤집은_그림 = x_train[:, :, ::-1, :]
    x = np.concatenate((x_train, 뒤집은_그림), axis=0)
    y = np.concatenate((y_train, y_train), axis=0)

    기록 = {"loss": [], "val_loss": [], "val_accuracy": []}
    for 학습률, 에포크 in [(0.001, 6), (0.0001, 3)]:
        model.compile(optimizer=keras.optimizers.Adam(learning_rate=학습률), loss="binary_crossentropy", metrics=["accuracy"])
        결과 = model.fit(x, y, batch_size=배치_크기, epochs=에포크, validation_data=(x_val, y_val), verbose=2)
        for 이름 in 기록:
            기록[이름] += 결과.history[이름]
    print("마지막 검증 정확도:", 기록["val_accuracy"][-1])
    return 기록
