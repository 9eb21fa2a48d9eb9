# verdict: passed
# 한국어 이름과 주석으로 쓴 풀이.

import numpy as np


def relu(x):
    # 0보다 작으면 0
    결과 = np.copy(x)
    결과[결과 < 0] = 0
    return 결과


def relu_gradient(x):
    기울기 = np.zeros_like(x)
    기울기[x > 0] = 1
    return 기울기


def collapse(weights, biases):
    # (xA + a)B + b = x(AB) + (aB + b)
    가중치, 편향 = weights[0], biases[0]
    for 다음_가중치, 다음_편향 in zip(weights[1:], biases[1:]):
        가중치 = 가중치.dot(다음_가중치)
        편향 = 편향.dot(다음_가중치) + 다음_편향
    return 가중치, 편향


def xor_network():
    # 합이 0, 1, 2일 때 0, 1, 0
    return np.ones((2, 2)), np.array([0, -1]), np.array([1, -2]), 0


def piecewise_linear(xs, ys):
    개수 = len(xs)
    기울기 = [(ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) for i in range(개수 - 1)]
    # 왼쪽 끝에서는 모든 유닛이 왼쪽을 본다: 첫 직선은 relu(x) - relu(-x)
    w1, b1, w2 = [1, -1], [0, 0], [기울기[0], -기울기[0]]
    b2 = ys[0] - 기울기[0] * xs[0]
    for i in range(1, 개수 - 1):
        w1.append(1)
        b1.append(-xs[i])
        w2.append(기울기[i] - 기울기[i - 1])
    return np.array(w1), np.array(b1), np.array(w2), b2


def he_init(sizes, seed):
    난수 = np.random.default_rng(seed)
    층들 = []
    for 입력, 출력 in zip(sizes[:-1], sizes[1:]):
        표준편차 = np.sqrt(2 / 입력)
        층들.append((난수.standard_normal((입력, 출력)) * 표준편차, np.zeros(출력)))
    return 층들


def 시그모이드(z):
    return 1 / (1 + np.exp(-z))


def gradient_norms(layers, x, activation):
    # 순전파: 각 층의 입력과 활성화 전 값을 모아 둔다
    입력들 = []
    활성화_전 = []
    h = x
    for W, b in layers:
        입력들.append(h)
        z = h.dot(W) + b
        활성화_전.append(z)
        if activation == "relu":
            h = relu(z)
        elif activation == "sigmoid":
            h = 시그모이드(z)
        else:
            h = z
    # 역전파
    델타 = np.ones(활성화_전[-1].shape)
    크기 = np.zeros(len(layers))
    for i in range(len(layers) - 1, -1, -1):
        크기[i] = np.linalg.norm(입력들[i].T.dot(델타))
        if i == 0:
            break
        델타 = 델타.dot(layers[i][0].T)
        z = 활성화_전[i - 1]
        if activation == "relu":
            델타 = 델타 * relu_gradient(z)
        elif activation == "sigmoid":
            델타 = 델타 * 시그모이드(z) * (1 - 시그모이드(z))
    return 크기


def fits_without_bias(x, y):
    # 양쪽에 원점에서 나오는 반직선 하나씩
    for 부호 in (1, -1):
        고른것 = np.sign(x) == 부호
        if np.sum(고른것) == 0:
            continue
        비율 = y[고른것] / x[고른것]
        if not np.allclose(비율, 비율.mean()):
            return False
    return np.allclose(y[x == 0], 0)


def dead_units(w, b, x):
    켜진_횟수 = np.count_nonzero(relu(x.dot(w) + b), axis=0)
    return np.argwhere(켜진_횟수 == 0)


def 조각_나누기(점들, 다음):
    """(t, 값) 목록 사이에 부호가 바뀌는 자리를 끼워 넣는다."""
    새_점들 = [점들[0]]
    for (t0, z0), (t1, z1) in zip(점들[:-1], 점들[1:]):
        비율들 = []
        for p, q in zip(z0, z1):
            if p * q < 0:
                비율들.append(p / (p - q))
        for r in sorted(비율들):
            t = t0 + r * (t1 - t0)
            if t - 새_점들[-1][0] > 1e-11 and t1 - t > 1e-11:
                새_점들.append((t, z0 + r * (z1 - z0)))
        새_점들.append((t1, z1))
    return 새_점들


def count_pieces(layers, start, end):
    점들 = [(0.0, np.array(start, float)), (1.0, np.array(end, float))]
    for W, b in layers[:-1]:
        점들 = [(t, h.dot(W) + b) for t, h in 점들]
        점들 = 조각_나누기(점들, W)
        점들 = [(t, np.maximum(z, 0)) for t, z in 점들]
    W, b = layers[-1]
    점들 = [(t, h.dot(W) + b) for t, h in 점들]
    기울기들 = [(q - p) / (t1 - t0) for (t0, p), (t1, q) in zip(점들[:-1], 점들[1:])]
    최대 = max(np.abs(s).max() for s in 기울기들)
    조각 = 1
    for 앞, 뒤 in zip(기울기들[:-1], 기울기들[1:]):
        if np.abs(앞 - 뒤).max() > 1e-6 * 최대:
            조각 += 1
    return 조각


def sawtooth(depth):
    # 톱니를 톱니에 넣는다
    층들 = [(np.array([[1.0, 1.0]]), np.array([0.0, -0.5]))]
    for _ in range(depth - 1):
        층들.append((np.array([[2.0], [-4.0]]) @ np.array([[1.0, 1.0]]), np.array([0.0, -0.5])))
    층들.append((np.array([[2.0], [-4.0]]), np.array([0.0])))
    return 층들
