"""What the worlds of `variant=christiano` pay by the terms of rl-teacher, from Gymnasium's own simulation: numbers for the test.

    .build/mujoco-peers/bin/python Tests/EnvironmentsTests/MuJoCo/Peers/christiano.py

Ten steps from the start and with the actions of MuJoCoGoldenTests. The terms are those of Christiano et al. 2017 as rl-teacher has them:
never an end, a term for what would end an episode, no cost of torque. Speeds and heights are read off the simulation here; nothing of
ours is called.
"""

import gymnasium
import mujoco
import numpy

WORLDS = ["HalfCheetah", "Hopper", "Walker2d", "Ant", "Humanoid", "Swimmer", "Reacher", "InvertedPendulum", "InvertedDoublePendulum"]


def place(world, simulation, model):
    """The coordinate whose change is the forward speed."""
    if world == "Humanoid":
        return float((model.body_mass @ simulation.xipos)[0] / model.body_mass.sum())
    if world == "Ant":
        return float(simulation.body("torso").xpos[0])
    return float(simulation.qpos[0])


def paid(world, simulation, speed):
    q, v = simulation.qpos, simulation.qvel
    if world in ("HalfCheetah", "Swimmer"):
        return speed
    if world == "Hopper":
        return speed + 1 + (q[1] - 1)
    if world == "Walker2d":
        return speed + 1 + (q[1] - 2)
    if world == "Ant":
        return speed + (q[2] - 1.2)
    if world == "Humanoid":
        return 1.25 * speed + 5 * (q[2] - 1)
    if world == "Reacher":
        return -numpy.linalg.norm(simulation.body("fingertip").xpos - simulation.body("target").xpos)
    if world == "InvertedPendulum":
        return 1 - q[1] ** 2
    x, _, height = simulation.site_xpos[0]
    native = 10 - (0.01 * x**2 + (height - 2) ** 2) - (1e-3 * v[1] ** 2 + 5e-3 * v[2] ** 2)
    return native + 10 * (height - 1)


for world in WORLDS:
    options = {} if world == "Reacher" else {"reset_noise_scale": 0.0}
    env = gymnasium.make(f"{world}-v5", **options).unwrapped
    env.reset(seed=0)
    q, v = env.init_qpos.copy(), env.init_qvel.copy()
    q += 0.01 * numpy.sin(numpy.arange(len(q)) + 1)
    v = 0.1 * numpy.cos(numpy.arange(len(v)) + 1)
    if world == "Reacher":
        q[2:4], v[2:4] = (0.1, -0.05), 0
    mujoco.mj_resetData(env.model, env.data)
    env.set_state(q, v)
    amplitude = 0.2 if world.startswith("Humanoid") else 0.5
    action = (amplitude * numpy.sin(numpy.arange(env.action_space.shape[0]) + 1)).astype(numpy.float32)
    rewards = []
    for _ in range(10):
        before = place(world, env.data, env.model)
        env.step(action)
        rewards.append(paid(world, env.data, (place(world, env.data, env.model) - before) / env.dt))
    print(f'Christiano(name: "{world}", first: {rewards[0]:.12g}, tenth: {rewards[9]:.12g}, total: {sum(rewards):.12g}),')
