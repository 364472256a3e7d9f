import Compute

extension PPO {
  /// Starts from another policy, such as a cloned one: its network, deviations and input statistics take this agent's
  /// place. The value network, the optimiser and the counters stay as they are.
  ///
  /// - Throws: `InputError` if the policy's network, actions or use of input statistics differ from this agent's.
  public func adopt(_ policy: Policy) throws {
    guard policy.environment == specification.id, policy.head == head, policy.network.shape == policyShape else {
      throw InputError(
        "a policy of another environment or shape cannot be taken over",
        remedy: "use hidden layers \(settings.hidden), \(settings.activation.rawValue), for \(specification.id)")
    }
    guard (policy.normalizer == nil) == (inputNormalizer == nil) else {
      throw InputError(
        "the policy \(policy.normalizer == nil ? "does not normalise" : "normalises") its inputs and the agent "
          + (inputNormalizer == nil ? "does not" : "does"))
    }
    policy.network.parameters.withUnsafeBufferPointer {
      policyParameters.update(from: $0.baseAddress!, count: policyShape.parameterCount)
    }
    for (index, deviation) in policy.logStandardDeviations.enumerated() { logStandardDeviations[index] = deviation }
    if let statistics = policy.normalizer { inputNormalizer = statistics }
  }
}
