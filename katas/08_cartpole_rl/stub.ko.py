"""카타 08: 강화 학습으로 CartPole 세우기.

수레 위에 막대가 서 있습니다. 걸음마다 수레를 왼쪽이나 오른쪽으로 밉니다. 막대가
서 있는 동안 한 걸음에 보상 1을 받고, 500걸음이면 에피소드가 끝납니다. 어느
쪽으로 밀어야 옳았는지는 아무도 알려 주지 않습니다.

게임은 변장한 Gymnasium의 CartPole-v1입니다. 관측의 네 수(수레의 위치와 속도,
막대의 각도와 각속도)는 알 수 없는 순서로 오고, 저마다 크기가 1/4에서 4 사이인
양수나 음수가 곱해져 있으며, 행동 0은 왼쪽일 수도 오른쪽일 수도 있습니다. 이
모든 것은 학습마다 한 번 뽑히고, 채점하는 에피소드에서도 그대로입니다. 이런
게임을 세 개까지 따로따로 학습해서 채점하고, 그 중앙값으로 결정합니다.
"""

from collections.abc import Callable
from typing import Any

import numpy as np


def build() -> Any:
    """학습하기 전의 정책을 만듭니다.

    Returns:
        Keras 모델, 또는 NumPy 배열의 리스트. 부를 때마다 모양이 같아야 합니다.
        실전에서는 다른 프로세스에서 정책을 새로 만들고 train이 남긴 가중치를
        넣습니다. `model.get_weights()` 또는 리스트의 배열들입니다. 그 밖에는
        전역 변수도 파일도 남지 않습니다. 수는 50,000개까지입니다.
    """
    raise NotImplementedError("A small network with four inputs and two outputs is enough.")


def train(policy: Any, make_env: Callable[..., Any], seed: int) -> None:
    """해 보면서 막대 세우기를 배웁니다.

    Args:
        policy: build()가 돌려준 것. 그 자리에서 바꾸세요. 모델이면 가중치를,
            리스트면 배열을 같은 모양으로 바꿉니다(`policy[0][:] = ...` 또는
            `policy[0] = ...`).
        make_env: 환경을 원하는 만큼 만듭니다(한 번에 4,096개까지).
            make_env()는 gymnasium.Env입니다. 관측은 float32 (4,), 행동은 0과
            1입니다.
            make_env(32)는 함께 걸음을 옮기는 환경 32개의
            gymnasium.vector.VectorEnv입니다. 관측은 float32 (32, 4), 행동은
            (32,)입니다. autoreset은 Gymnasium의 보통 방식인 "next step"입니다.
            끝난 다음 걸음에서는 행동이 무시되고, 보상은 0이고, 관측은 새
            에피소드의 첫 관측입니다.
            둘 다 에피소드가 끝나면 `terminated`(넘어짐) 또는
            `truncated`(500걸음)로 알려 줍니다. 관측 공간의 경계는 무한대이고,
            화면에 그릴 것은 없으며, reset은 seed를 받지만 options는 받지
            않습니다.
        seed: 난수에 쓸 0부터 2^32 - 1까지의 수.
    Returns:
        None, Keras의 History, 또는 {"mean_return": [...]}처럼 수의 리스트가 든
        딕셔너리. 보고서에 곡선으로 그려집니다.
    """
    raise NotImplementedError("Play some episodes with random actions first, and look at the rewards.")


def act(policy: Any, observations: np.ndarray) -> np.ndarray:
    """관측 n개에 대한 정책의 행동.

    Args:
        policy: build()가 만든 것에 train이 남긴 가중치를 넣은 것.
        observations: float32 (n, 4). n은 실전에서 1~100이고, 수백일 때도
            있습니다.
    Returns:
        0과 1로 된 배열 (n,). 정책의 확률대로 뽑아도 됩니다. 행마다 따로
        답하세요. 행의 순서가 걸음마다 바뀌므로 기억해 둘 것이 없습니다.
    """
    raise NotImplementedError("One action for each row.")
