"""카타 04: ReLU를 따져 보기.

일곱 가지 질문이 있고, 답은 모두 작은 함수입니다. NumPy와 표준 라이브러리만
씁니다.

모든 함수에 적용되는 약속
- 층 하나는 (W, b) 쌍입니다. W의 모양은 (입력 수, 출력 수), b의 모양은
  (출력 수,)이고, 행 x는 `x @ W + b`가 됩니다.
- 은닉층 뒤에는 활성화 함수가 붙습니다. 마지막 층 뒤에는 붙지 않습니다.
- 배열은 float64 복사본으로 주어지므로 바꾸어도 됩니다. 리스트, float32,
  파이썬 숫자를 돌려주어도 됩니다.
- (robust)라고 적힌 것은 그 별을 받을 때만 필요합니다. 다음 카타는 그것
  없이도 열립니다.

함수는 어떤 순서로 써도 됩니다. 어디까지 했는지는 `katas check 04`가 알려
줍니다.
"""

import numpy as np

# [(W, b), ...]; 쌍은 튜플이나 리스트입니다.
Layers = list[tuple[np.ndarray, np.ndarray]]

# --- 1. ReLU란 무엇인가? ------------------------------------------------------


def relu(x: np.ndarray) -> np.ndarray:
    """양수는 그대로 두고 나머지를 0으로 만듭니다.

    인자:
        x: 배열. 모양은 상관없습니다 (robust: (), (0, 3), 축이 네 개인
            것도).
    반환값:
        모양이 같은 배열.
    """
    raise NotImplementedError("Keep what is positive.")


def relu_gradient(x: np.ndarray) -> np.ndarray:
    """x에서 relu의 기울기입니다.

    인자:
        x: 배열. 모양은 상관없습니다.
    반환값:
        0과 1로 된, 모양이 같은 배열 (float, int, bool). x = 0에서는
        0입니다.
    """
    raise NotImplementedError("Which way does relu go at each x?")


# --- 2. 활성화 함수가 없으면 무엇을 잃는가? -----------------------------------


def collapse(weights: list[np.ndarray], biases: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """사이에 활성화 함수가 없는 층들은 아핀 변환 하나입니다. 어떤 변환입니까?

    인자:
        weights: 배열 (입력 수, 출력 수)의 리스트. 적어도 하나가 있고, 출력
            수는 다음 배열의 입력 수와 맞습니다.
        biases: 같은 개수의 배열 (출력 수,)의 리스트.
    반환값:
        (W, b). W의 모양은 (첫 입력 수, 마지막 출력 수), b의 모양은
        (마지막 출력 수,)이고, x W + b가 모든 층을 지난 x와 같아야 합니다.
    """
    raise NotImplementedError("Write out (x A + a) B + b for two layers first.")


# --- 3. 한 번 꺾이는 것으로 충분한가? -----------------------------------------


def xor_network() -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """ReLU 유닛 두 개로 만드는 XOR입니다. 생각해서 찾습니다.

    반환값:
        모양이 (2, 2), (2,), (2,)인 배열과 수 하나, 곧 (W1, b1, w2, b2).
        relu(x W1 + b1) w2 + b2는 행 (0, 0)과 (1, 1)에서 0, (0, 1)과
        (1, 0)에서 1이며, 오차는 1e-6 이내여야 합니다.
    """
    raise NotImplementedError("What does x1 + x2 say about XOR?")


def piecewise_linear(xs: np.ndarray, ys: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """모든 점 (xs[i], ys[i])를 지나고 점 사이에서 곧은, ReLU 은닉층 하나입니다.

    첫 구간과 마지막 구간은 양 끝 바깥으로도 곧게 뻗습니다.

    인자:
        xs: 배열 (n,), n >= 2. 오름차순이고 서로 다르며, 간격은
            제각각입니다.
        ys: 배열 (n,).
    반환값:
        모양이 (h,), (h,), (h,)인 배열과 수 하나, 곧 (w1, b1, w2, b2).
        h는 50 n까지 됩니다. f(x)는 유닛마다 구한 relu(x w1 + b1) w2의 합에
        b2를 더한 것입니다.
    """
    raise NotImplementedError("At each inner knot the slope changes. By how much?")


# --- 4. 왜 시그모이드가 아닌가? -----------------------------------------------


def he_init(sizes: list[int], seed: int) -> Layers:
    """ReLU 층 50개를 지나도 신호의 크기를 지키는 층들입니다.

    가중치는 서로 독립이고 평균이 0, 분산이 2 / 입력 수입니다 (정규분포나
    균등분포). 입력 수는 그 층에 들어오는 입력의 수입니다. 편향은 0에서
    시작합니다.

    인자:
        sizes: 입력부터 출력까지 너비의 리스트. 둘 이상 있습니다.
        seed: 0부터 2^32 - 1까지. 시드가 같으면 층도 같고, 다르면 층도
            다릅니다.
    반환값:
        [(W, b), ...]. 이웃한 두 너비마다 쌍이 하나씩 있습니다.
    """
    raise NotImplementedError("One pair (W, b) for each two neighbouring sizes.")


def gradient_norms(layers: Layers, x: np.ndarray, activation: str) -> np.ndarray:
    """층마다 그레이디언트가 얼마나 도달하는지 구합니다.

    인자:
        layers: [(W, b), ...], 하나 이상.
        x: 배열 (n, 첫 입력 수).
        activation: "linear", "sigmoid", "relu" 가운데 하나. 마지막 층을 뺀
            모든 층 뒤에 붙습니다.
    반환값:
        배열 (층의 수,). 첫 층부터, d 합(출력) / d W의 프로베니우스 노름
        (제곱합의 제곱근)입니다. 합은 신경망 출력의 모든 행과 열을
        더합니다. (robust: 활성화 전 값이 10,000까지 커질 수 있습니다.
        포화된 시그모이드의 그레이디언트는 NaN이 아니라 0입니다.)
    """
    raise NotImplementedError("Forward and keep every layer's input, then backward.")


# --- 5. 편향은 왜 있는가? -----------------------------------------------------


def fits_without_bias(x: np.ndarray, y: np.ndarray) -> bool:
    """편향이 없는 어떤 ReLU 신경망이 모든 표본을 지날 수 있습니까?

    너비와 깊이는 마음대로입니다.

    인자:
        x: 입력의 배열 (n,). 입력은 수 하나이고, 같은 x가 두 번 나올 수
            있습니다 (robust: (n, 1)이나 n = 0도).
        y: 모양이 같은 배열.
    반환값:
        bool. 답이 False이면 그런 신경망은 모두 어떤 표본에서 1e-2 이상
        벗어납니다. True이면 y / x가 정확히 나옵니다 (robust: 반올림 오차를
        빼면). 표본이 하나도 없으면 언제나 True입니다.
    """
    raise NotImplementedError("What is f(0) without biases? And f(2 x), given f(x)?")


# --- 6. 무엇이 잘못될 수 있는가? ----------------------------------------------


def dead_units(w: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """은닉층 relu(x W + b)에서 모든 행에서 0인 유닛은 어느 것입니까?

    인자:
        w: 배열 (d, h).
        b: 배열 (h,).
        x: 배열 (n, d), n >= 1.
    반환값:
        그런 유닛의 번호를 오름차순으로 담은 int 배열이나 리스트. 하나도
        없으면 비어 있습니다. (robust: 활성화 전 값이 0에 겨우 닿는 유닛도
        들어갑니다.)
    """
    raise NotImplementedError("A unit is dead if no row turns it on.")


# --- 7. 깊이는 무엇을 주는가? -------------------------------------------------


def count_pieces(layers: Layers, start: np.ndarray, end: np.ndarray) -> int:
    """ReLU 신경망은 start에서 end까지 곧은 조각 몇 개로 되어 있습니까?

    조각은 가장 길게 잡습니다. 기울기가 같은 이웃은 한 조각이고, 어떤 출력의
    기울기가 바뀌는 곳에서만 새 조각이 시작됩니다. 묻는 조각은 너비가 선분의
    1e-5 이상이고 기울기가 뚜렷이 다르며, 두 유닛이 같은 자리에서 바뀌는 일은
    없습니다. (robust: 2e-7 이상이고, 그런 일도 있습니다.)

    인자:
        layers: [(W, b), ...]. 입력과 출력은 몇 개든 되고, 마지막 층을 뺀
            모든 층 뒤에 ReLU가 붙습니다.
        start, end: 배열 (입력 수,). (robust: 둘이 같으면 답은 1입니다.)
    반환값:
        int.
    """
    raise NotImplementedError("Where does a unit of the first layer switch on the way?")


def sawtooth(depth: int) -> Layers:
    """[0, 1]에서 모두 2^depth번 오르내리는, 은닉층 `depth`개짜리 신경망입니다.

    인자:
        depth: 1부터 10까지.
    반환값:
        depth + 1개 층의 [(W, b), ...]. 입력 하나, 은닉층마다 ReLU 유닛 3개
        이하, 출력 하나이고, [0, 1]에서 곧은 조각이 정확히 2^depth개입니다
        (너비는 모두 1e-9보다 큽니다). 톱니의 높이는 상관없습니다.
    """
    raise NotImplementedError("Make one tooth first. Then put it into itself.")
