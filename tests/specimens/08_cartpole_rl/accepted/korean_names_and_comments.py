# verdict: passed
# Korean names and comments: REINFORCE with 16 environments, model(x) called eagerly, gradients by a custom loop.
import keras
import numpy as np
import tensorflow as tf

환경_수 = 16
할인율 = 0.99


def build():
    # 입력 4개, 은닉층 32개, 출력은 두 행동의 로짓
    정책 = keras.Sequential()
    정책.add(keras.layers.Input(shape=(4,)))
    정책.add(keras.layers.Normalization())
    정책.add(keras.layers.Dense(32, activation="relu"))
    정책.add(keras.layers.Dense(2))
    return 정책


def act(policy, observations):
    로짓 = policy(observations).numpy()
    return 로짓.argmax(axis=1)


def 한_판(정책, 환경들):
    """환경마다 에피소드를 하나씩 끝까지 해 본다."""
    관측, _ = 환경들.reset()
    살아있음 = np.ones(환경_수, dtype=bool)
    관측들, 행동들, 보상들, 마스크 = [], [], [], []
    while 살아있음.any():
        확률 = tf.nn.softmax(정책(관측)).numpy()
        행동 = (np.random.rand(환경_수) < 확률[:, 1]).astype(int)
        관측들.append(관측)
        행동들.append(행동)
        마스크.append(살아있음.copy())
        관측, 보상, 넘어짐, 시간끝, _ = 환경들.step(행동)
        보상들.append(보상 * 살아있음)
        살아있음 = 살아있음 & ~(넘어짐 | 시간끝)
    return np.array(관측들), np.array(행동들), np.array(보상들), np.array(마스크)


def train(policy, make_env, seed):
    np.random.seed(seed)
    keras.utils.set_random_seed(seed)
    환경들 = make_env(환경_수)
    # 열의 크기 맞추기
    무작위 = []
    관측, _ = 환경들.reset()
    for _ in range(100):
        무작위.append(관측)
        관측 = 환경들.step(np.random.randint(0, 2, 환경_수))[0]
    policy.layers[0].adapt(np.concatenate(무작위))

    최적화 = keras.optimizers.Adam(learning_rate=0.01)
    기록 = []
    for 회차 in range(200):
        관측들, 행동들, 보상들, 마스크 = 한_판(policy, 환경들)
        평균 = 보상들.sum(axis=0).mean()
        기록.append(float(평균))
        print(f"{회차}번째: 평균 {평균:.1f}점")
        if 평균 >= 495:
            break
        # 뒤에서부터 앞으로 받을 보상을 더한다
        리턴 = np.zeros_like(보상들)
        다음 = np.zeros(환경_수)
        for t in range(len(보상들) - 1, -1, -1):
            다음 = 보상들[t] + 할인율 * 다음
            리턴[t] = 다음
        x = 관측들[마스크]
        a = 행동들[마스크]
        g = 리턴[마스크]
        g = (g - g.mean()) / (g.std() + 1e-8)
        with tf.GradientTape() as 테이프:
            로그확률 = tf.nn.log_softmax(policy(x))
            고른것 = tf.gather(로그확률, a, batch_dims=1)
            손실 = -tf.reduce_mean(고른것 * g.astype("float32"))
        기울기 = 테이프.gradient(손실, policy.trainable_variables)
        최적화.apply_gradients(zip(기울기, policy.trainable_variables))
    return {"평균 리턴": 기록}
