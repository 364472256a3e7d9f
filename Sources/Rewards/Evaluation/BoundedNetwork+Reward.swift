import Compute

extension BoundedNetwork {
  /// What a learned reward pays for an encoded transition: the members' mean in the units that an agent is paid in, with
  /// everything that stands before and behind the networks.
  ///
  /// - Throws: `InputError` for a reward that looks at images.
  package convenience init(_ model: RewardModel) throws {
    let members = Double(model.members)
    try self.init(
      model.network, normalizer: model.inputNormalizer, weights: model.outputScales.map { $0 / members },
      constant: -zip(model.outputMeans, model.outputScales).reduce(0) { $0 + $1.0 * $1.1 } / members)
  }
}
