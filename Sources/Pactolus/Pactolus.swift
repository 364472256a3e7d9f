@_exported import Agents
@_exported import Audits
@_exported import Compute
@_exported import Environments
@_exported import Feedback
@_exported import Rewards
@_exported import Runs
