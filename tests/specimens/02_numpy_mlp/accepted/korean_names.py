# verdict: passed
# 이름도 설명도 한국어: tanh, 모멘텀, 미니배치, 배열 대신 튜플.

import numpy as np


def init(sizes, seed):
    난수 = np.random.default_rng(seed)
    파라미터 = []
    for 입력, 출력 in zip(sizes[:-1], sizes[1:]):
        파라미터 += [난수.normal(0, 1 / 입력**0.5, (입력, 출력)), np.zeros(출력)]
    return 파라미터


def 층별_출력(파라미터, x):
    출력들 = [x]
    층수 = len(파라미터) // 2
    for 층 in range(층수):
        합 = 출력들[-1] @ 파라미터[2 * 층] + 파라미터[2 * 층 + 1]
        출력들.append(합 if 층 == 층수 - 1 else np.tanh(합))
    return 출력들


def forward(params, x):
    return 층별_출력(params, x)[-1]


def 손실과_델타(출력, 정답, 종류):
    if 종류 == "mse":
        오차 = 출력 - 정답
        return (오차 * 오차).mean(), 2 * 오차 / 오차.size
    행 = np.arange(len(정답))
    옮긴값 = 출력 - 출력.max(axis=1, keepdims=True)  # 넘침 방지
    로그확률 = 옮긴값 - np.log(np.exp(옮긴값).sum(axis=1, keepdims=True))
    델타 = np.exp(로그확률)
    델타[행, 정답] -= 1
    return -로그확률[행, 정답].mean(), 델타 / len(정답)


def loss_and_gradients(params, x, y, kind):
    출력들 = 층별_출력(params, x)
    손실, 델타 = 손실과_델타(출력들[-1], y, kind)
    기울기 = []
    for 층 in reversed(range(len(params) // 2)):
        아래 = 출력들[층]
        기울기 = [아래.T @ 델타, 델타.sum(axis=0)] + 기울기
        델타 = 델타 @ params[2 * 층].T * (1 - 아래**2)
    return 손실, tuple(기울기)


def fit_curve(x, y, hidden, seed):
    params = init([1, hidden, 1], seed)
    난수 = np.random.default_rng(seed + 1)
    params[0] = params[0] * 3
    params[1] = -params[0][0] * 난수.uniform(-3, 3, hidden)
    속도 = [0 * p for p in params]
    for 걸음 in range(8000):
        학습률 = 0.03 if 걸음 < 6000 else 0.005
        손실, 기울기 = loss_and_gradients(params, x, y, "mse")
        for i in range(4):
            속도[i] = 0.9 * 속도[i] + 기울기[i]
            params[i] = params[i] - 학습률 * 속도[i]
    return tuple(params)


def train_classifier(x, y, seed):
    난수 = np.random.default_rng(seed)
    params = [p.astype(np.float32) for p in init([784, 100, 10], seed)]
    속도 = [0 * p for p in params]
    for 에폭 in range(5):
        순서 = 난수.permutation(len(x))
        for 시작 in range(0, len(x), 100):
            행 = 순서[시작 : 시작 + 100]
            손실, 기울기 = loss_and_gradients(params, x[행], y[행], "cross_entropy")
            for i in range(4):
                속도[i] = 0.9 * 속도[i] + 기울기[i]
                params[i] = params[i] - 0.1 / (1 + 에폭) * 속도[i]
        print(f"{에폭 + 1}번째 에폭, 손실 {손실:.3f}")
    return tuple(params)
