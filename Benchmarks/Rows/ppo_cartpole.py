"""Row 2: PPO on CartPole with CleanRL's settings, 8 environments."""

from ppo_speed import measure

measure("ppo-cartpole", "PPO on CartPole, 8 environments, CleanRL's settings", "≥ 12")
