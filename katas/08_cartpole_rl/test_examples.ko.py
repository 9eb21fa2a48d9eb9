"""카타 08의 예제입니다. `pytest`로 실행하세요. 변장하지 않은 CartPole-v1에서 잠깐 학습합니다.

`undisguised`는 채점기의 make_env를 대신합니다. 채점기의 게임은 열의 순서와 크기, 행동이 다릅니다.
"""

import gymnasium
import numpy as np
import solution


def undisguised(num_envs=None):
    """변장하지 않은 환경입니다. num_envs를 주면 그만큼 함께 움직입니다."""
    if num_envs is None:
        return gymnasium.make("CartPole-v1")
    return gymnasium.make_vec("CartPole-v1", num_envs=num_envs, vectorization_mode="vector_entry_point")


def mean_return(policy, episodes=20):
    """act로 에피소드 여러 개를 한꺼번에 하고, 버틴 걸음 수의 평균을 돌려줍니다."""
    envs = undisguised(episodes)
    observations, _ = envs.reset(seed=1)
    running, total = np.ones(episodes, bool), np.zeros(episodes)
    while running.any():
        observations, _, terminated, truncated, _ = envs.step(
            np.asarray(solution.act(policy, observations)).astype(int)
        )
        total += running
        running &= ~(terminated | truncated)
    return total.mean()


def test_act_gives_an_action_for_each_row():
    """행마다 행동을 하나씩, 0이나 1로 고릅니다."""
    actions = np.asarray(solution.act(solution.build(), np.zeros((7, 4), np.float32)))
    assert actions.shape == (7,)
    assert set(actions.tolist()) <= {0, 1}


def test_training_helps():
    """학습한 정책은 막대를 오래 세웁니다."""
    policy = solution.build()
    before = mean_return(policy)
    solution.train(policy, undisguised, seed=0)
    after = mean_return(policy)
    # 게임 세 개에서 모두 475 이상이면 별을 얻습니다.
    assert after > 300, f"평균 누적 보상: 학습 전 {before:.0f}, 학습 후 {after:.0f}"
