"""Row 1: PPO on Pendulum, 8 environments, Stable-Baselines3's default settings."""

from ppo_speed import measure

measure("ppo-pendulum", "PPO on Pendulum, 8 environments, SB3's defaults", "≥ 12")
