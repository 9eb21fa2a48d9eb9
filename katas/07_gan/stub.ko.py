"""카타 07: 숫자를 그리는 적대적 생성 신경망.

두 신경망을 서로 겨루게 하며 학습시킵니다. 생성자는 난수를 그림으로 바꾸고,
판별자는 그림이 진짜일 확률을 말합니다. 숫자가 무엇인지는 아무도 생성자에게 알려
주지 않습니다.

함수 세 개를 채우세요. 설치된 패키지는 무엇이든 쓸 수 있지만 미리 학습된
가중치는 쓸 수 없습니다. 채점기가 부르는 것과 그 약속은 다음과 같습니다.

- 배열은 새로 복사한 것이 들어오고 고쳐 써도 됩니다. 그림은 [0, 1]의
  float32이고, 어두운 바탕에 밝은 획입니다. 그림은 모두 똑같이 뒤집히거나 90도
  단위로 돌려져 있을 수 있습니다. 그러면 생성자도 그렇게 그리고, 채점기는 도로
  돌려놓고 봅니다.
- 학습과 그리기는 서로 다른 프로세스에서 합니다. 넘어가는 것은
  `model.get_weights()`가 돌려주는 것뿐입니다(배치 정규화의 이동 평균도 들어
  있습니다). 모델은 여러분의 함수로 새로 만들어서 `model(x, training=False)`로
  부릅니다. 그때는 전역 변수도 파일도 없습니다. 파일을 둘 임시 폴더는 있습니다.
- `train`이 하는 일은 모두 학습 시간에 들어갑니다(CPU 시간). import와 두
  `build_...` 함수에는 작은 제한이 따로 있습니다.
"""

import numpy as np

# 생성자가 그림 한 장을 그릴 때 받는 난수의 개수. 채점기는 이 크기를 씁니다.
LATENT_SIZE = 64

# `train`이 받는 그림의 수. 짧은 검사 하나에서는 한 숫자의 그림 300장만
# 받습니다. 걸음 수가 에포크처럼 `len(x)`에 따라 정해지게 하세요. 그러지 않으면
# 그 검사도 학습만큼 오래 걸립니다.
#
# 기준이 1.0인 컴퓨터에서 CPU 342초가 허용됩니다(내 컴퓨터에서는 몇 초인지
# `katas check`가 알려 줍니다). 하지만 학습에 걸리는 만큼 채점도 오래 걸립니다.
# 배치 64로 두 에포크, 7 x 7에 채널 32개면 충분합니다.
TRAINING_ROWS = 60_000


def build_generator(latent_size: int):
    """그림을 그리는 신경망.

    Args:
        latent_size: z에 들어 있는 수의 개수, `LATENT_SIZE`.

    Returns:
        표준 정규분포에서 뽑은 float32 z (n, latent_size)를 그림 (n, 28, 28)으로
        바꾸는 Keras 모델. 모든 값은 [0, 1]에 있습니다. 추론할 때 그림은 자기
        z에만 달려 있습니다. 배치에 무엇이 더 들어 있든 z가 같으면 그림도
        같습니다.
    """
    raise NotImplementedError("from random numbers to pictures")


def build_discriminator():
    """그림을 판별하는 신경망.

    Returns:
        float32 그림 (n, 28, 28)을 저마다 진짜일 확률 (n, 1)로 바꾸는 Keras
        모델. 확률은 [0, 1]에 있습니다.
    """
    raise NotImplementedError("from pictures to the probability that they are real")


def train(generator, discriminator, x: np.ndarray):
    """두 신경망을 서로 겨루게 하며, 받은 모델을 그 자리에서 학습시킵니다.

    Args:
        generator: `build_generator`가 돌려준 것, 학습 전.
        discriminator: `build_discriminator`가 돌려준 것, 학습 전.
        x: 진짜 그림, [0, 1]의 float32 (n, 28, 28). 라벨은 없습니다.

    Returns:
        None, 또는 리스트가 든 딕셔너리(에포크마다 수 하나, 예를 들어 두 손실).
        그러면 보고서에 곡선이 그려집니다.
    """
    raise NotImplementedError("the two networks, step by step against each other")
