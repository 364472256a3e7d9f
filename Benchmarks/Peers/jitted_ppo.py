"""PPO as one jitted program, in the manner of PureJaxRL: rollout, advantages and update inside one `lax.scan`.

    jitted_ppo.py ENTRY --steps N [--seed S]

Prints one line of JSON: steps per processor second after compilation, and what the compilation took. Written from the
public description of PureJaxRL (Lu et al., "Discovered policy optimisation", 2022), whose own code does not run with
today's gymnax; gymnax has the environments, flax the networks, optax Adam. Settings are
those of settings.json. As in PureJaxRL a time limit counts as an end, so returns compare only roughly.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import time

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import flax.linen as nn  # noqa: E402
import gymnax  # noqa: E402
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy  # noqa: E402
import optax  # noqa: E402


class ActorCritic(nn.Module):
    """Separate policy and value networks, 2 × 64 tanh, orthogonal weights with gains √2, 0.01 and 1."""

    actions: int

    @nn.compact
    def __call__(self, observations):
        def tower(outputs, gain):
            hidden = observations
            for _ in range(2):
                hidden = nn.tanh(nn.Dense(64, kernel_init=nn.initializers.orthogonal(numpy.sqrt(2)))(hidden))
            return nn.Dense(outputs, kernel_init=nn.initializers.orthogonal(gain))(hidden)

        return tower(self.actions, 0.01), tower(1, 1.0)[..., 0]


def log_probability(logits, actions):
    return jnp.take_along_axis(jax.nn.log_softmax(logits), actions[..., None], axis=-1)[..., 0]


def make_train(entry, iterations):
    environment, parameters = gymnax.make(entry["environment"])
    count, length, epochs = entry["environments"], entry["stepsPerRollout"], entry["epochs"]
    rows = count * length
    minibatch = entry["minibatchSize"]
    minibatches = rows // minibatch
    network = ActorCritic(environment.action_space(parameters).n)
    clip, value_clip = entry["clipRange"], entry["valueClipRange"]
    discount, decay = entry["discount"], entry["traceDecay"]

    def rate(step):
        share = 1.0 - (step // (minibatches * epochs)) / iterations
        return entry["learningRate"] * (share if entry["linearSchedule"] else 1.0)

    optimizer = optax.chain(
        optax.clip_by_global_norm(entry["maximumGradientNorm"]), optax.adam(rate, eps=1e-5))

    def loss(weights, batch):
        observations, actions, old_log, old_values, advantages, returns = batch
        logits, values = network.apply(weights, observations)
        ratio = jnp.exp(log_probability(logits, actions) - old_log)
        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
        policy = -jnp.minimum(ratio * advantages, jnp.clip(ratio, 1 - clip, 1 + clip) * advantages).mean()
        if value_clip is None:
            value = 0.5 * jnp.square(values - returns).mean()
        else:
            near = old_values + jnp.clip(values - old_values, -value_clip, value_clip)
            value = 0.5 * jnp.maximum(jnp.square(values - returns), jnp.square(near - returns)).mean()
        entropy = -(jax.nn.softmax(logits) * jax.nn.log_softmax(logits)).sum(-1).mean()
        return policy + entry["valueCoefficient"] * value - entry["entropyCoefficient"] * entropy

    def act(carry, _):
        weights, states, observations, returns, last, key = carry
        key, draw, move = jax.random.split(key, 3)
        logits, values = network.apply(weights, observations)
        actions = jax.random.categorical(draw, logits)
        stepped = jax.vmap(environment.step, in_axes=(0, 0, 0, None))(
            jax.random.split(move, count), states, actions, parameters)
        following, states, rewards = stepped[:3]
        ended = stepped[3] if len(stepped) == 5 else jnp.logical_or(stepped[3], stepped[4])
        returns = returns + rewards
        last = jnp.where(ended, returns, last)
        returns = jnp.where(ended, 0.0, returns)
        row = (observations, actions, log_probability(logits, actions), values, rewards, ended)
        return (weights, states, following, returns, last, key), row

    def advantage(carry, row):
        ahead, following = carry
        _, _, _, values, rewards, ended = row
        goes_on = 1.0 - ended
        delta = rewards + discount * following * goes_on - values
        ahead = delta + discount * decay * goes_on * ahead
        return (ahead, values), ahead

    def gradient_step(carry, batch):
        weights, moments = carry
        slopes = jax.grad(loss)(weights, batch)
        updates, moments = optimizer.update(slopes, moments)
        return (optax.apply_updates(weights, updates), moments), None

    def iterate(carry, _):
        weights, moments, states, observations, returns, last, key = carry
        acting, rollout = jax.lax.scan(act, (weights, states, observations, returns, last, key), None, length)
        _, states, observations, returns, last, key = acting
        _, after = network.apply(weights, observations)
        _, advantages = jax.lax.scan(advantage, (jnp.zeros_like(after), after), rollout, reverse=True)
        data = (*rollout[:4], advantages, advantages + rollout[3])
        flat = jax.tree.map(lambda x: x.reshape((rows, *x.shape[2:])), data)

        def epoch(carry, key):
            order = jax.random.permutation(key, rows)
            shuffled = jax.tree.map(lambda x: x[order].reshape((minibatches, minibatch, *x.shape[1:])), flat)
            return jax.lax.scan(gradient_step, carry, shuffled)[0], None

        key, *keys = jax.random.split(key, epochs + 1)
        (weights, moments), _ = jax.lax.scan(epoch, (weights, moments), jnp.stack(keys))
        return (weights, moments, states, observations, returns, last, key), last.mean()

    def train(key):
        key, first, start = jax.random.split(key, 3)
        observations, states = jax.vmap(environment.reset, in_axes=(0, None))(
            jax.random.split(start, count), parameters)
        weights = network.init(first, observations)
        nothing = jnp.zeros(count)
        carry = (weights, optimizer.init(weights), states, observations, nothing, nothing, key)
        return jax.lax.scan(iterate, carry, None, iterations)[1]

    return train


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entry")
    parser.add_argument("--steps", type=int, default=1_048_576)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    entry = json.loads((pathlib.Path(__file__).resolve().parent.parent / "settings.json").read_text())[options.entry]
    per_iteration = entry["environments"] * entry["stepsPerRollout"]
    iterations = (options.steps + per_iteration - 1) // per_iteration

    started, wall = time.process_time(), time.perf_counter()
    program = jax.jit(make_train(entry, iterations)).lower(jax.random.key(options.seed)).compile()
    compiled, wall = time.process_time() - started, time.perf_counter()
    before = time.process_time()
    returns = jax.block_until_ready(program(jax.random.key(options.seed)))
    cpu = time.process_time() - before
    steps = iterations * per_iteration
    versions = {name: importlib.metadata.version(name) for name in ("jax", "flax", "gymnax", "optax")}
    print(json.dumps({
        "rate": steps / cpu, "steps": steps, "cpu": cpu, "wall": time.perf_counter() - wall, "compilation": compiled,
        "lastReturn": float(returns[-1]), "versions": versions}))


if __name__ == "__main__":
    main()
