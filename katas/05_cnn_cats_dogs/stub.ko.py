"""카타 05: 고양이와 개를 가려내는 합성곱 신경망.

두 함수를 채우세요. 설치된 패키지는 무엇이든 쓸 수 있지만 미리 학습된 가중치는
쓸 수 없습니다. 신경망은 무작위 숫자에서 시작합니다. 채점기가 부르는 것과 믿어도
되는 것은 다음과 같습니다.

- 그림은 [0, 1]의 float32, (n, h, w, 3)입니다. 쓸 수 있는 새 복사본으로
  들어오므로 바꾸어도 됩니다.
- 한 번의 채점에서 모든 그림이 똑같은 방식으로 좌우나 위아래로 뒤집히고 색
  채널이 바뀔 수 있으며, 고양이가 클래스 1일 수도 0일 수도 있습니다. 그러니
  클래스 1은 라벨이 말하는 것일 뿐 다른 뜻은 없습니다.
- 학습과 채점은 서로 다른 프로세스에서 합니다. 전해지는 것은
  `model.get_weights()`가 돌려주는 값뿐입니다(배치 정규화의 이동 평균도
  들어갑니다). 모델은 여러분의 `build`로 새로 만들어
  `model(x, training=False)`로, 배치로 부릅니다. 그때는 전역 변수도 파일도
  없습니다. 현재 폴더는 임시 폴더입니다. 체크포인트는 /tmp가 아니라
  거기("best.keras")에 쓰세요. 스레드는 마음껏 써도 되지만 프로세스는 만들 수
  없습니다.
- `train`이 하는 일은 모두 학습 시간(CPU초)에 들어갑니다. import와 `build`에는
  따로 작은 제한이 있습니다.
- 매개변수는 5,000,000개까지입니다.
"""

import numpy as np

# `train`이 받는 그림의 수(GPU가 없는 컴퓨터에서), 그림의 출처별로. 어느
# 쪽이었는지는 보고서에 나옵니다. 짧은 검사 하나에서는 200장을 받습니다. 걸음
# 수를 에포크처럼 `len(x_train)`에 따라 정하세요. 그러지 않으면 그 검사가 학습
# 전체만큼 오래 걸립니다.
TRAINING_ROWS = {"drawn": 3_600, "photos": 1_800, "full": 6_000}


def build(image_shape: tuple[int, int, int]):
    """신경망.

    Args:
        image_shape: 그림의 (높이, 너비, 3). 보통 (32, 32, 3)이고, GPU로
            계산하면 (64, 64, 3)입니다. 크기는 여기서 가져다 쓰세요. 별
            "robust"에서는 32픽셀 이상의 다른 정사각형도 나옵니다.

    Returns:
        학습되지 않은 Keras 모델. [0, 1]의 그림 (n, 높이, 너비, 3) float32를
        받아 클래스 1의 확률 (n, 1)을 [0, 1]로 냅니다. 추론 모드에서 한 그림의
        답은 그 그림에만 달려 있습니다.
    """
    raise NotImplementedError("one probability for each picture: start with lesson.md")


def train(model, x_train: np.ndarray, y_train: np.ndarray, x_val: np.ndarray, y_val: np.ndarray):
    """모델을 그 자리에서 학습시킵니다.

    Args:
        model: `build`가 돌려준, 학습되지 않은 모델.
        x_train: [0, 1]의 그림 (n, h, w, 3) float32.
        y_train: 그 클래스 (n,) int64, 0 또는 1. 두 클래스의 수는 비슷합니다.
        x_val: 다른 그림, x_train의 6분의 1. 학습을 지켜보는 데 씁니다. 이것으로
            배워도 됩니다.
        y_val: 그 클래스.

    Returns:
        아무것도 돌려주지 않거나, Keras `History` 또는 에포크마다 숫자 하나씩인
        리스트의 딕셔너리. 그러면 보고서에 그립니다.
    """
    raise NotImplementedError("build the network first")
