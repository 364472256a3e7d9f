import Compute

/// What can be chosen of a MuJoCo world behind its name: `mujoco/Hopper-v5:variant=fixed`.
struct MuJoCoOptions: Sendable {
  /// Which rules.
  enum Variant: String, Sendable, CaseIterable {
    /// Gymnasium's.
    case v5
    /// Those of `seals/…`: never ends early, and the place is part of what is seen, so that a reward can be learned
    /// that does not leak into the length of an episode.
    case fixed
    /// Those of Christiano et al. 2017 as `rl-teacher` has them: never ends early, what would end an episode costs
    /// instead, and no torque is charged for, which people cannot see.
    case christiano
  }

  var variant = Variant.v5
  /// Hopper's backflip in the place of its own task.
  var isBackflip = false
  /// The backflip pays clean rotation in the place of the published formula.
  var paysRotation = false
  /// Sine and cosine of the torso's angle in the place of the angle, which drifts with each turn.
  var usesSineAndCosine = false
  /// The scale of the noise at the start; nil for the world's own.
  var noise: Double?
  /// The time limit in steps; nil for the world's own.
  var steps: Int?

  static let plain = MuJoCoOptions()

  /// The options of an id.
  ///
  /// - Parameters:
  ///   - variants: those that the world has.
  ///   - hasTask: whether it has the backflip.
  ///   - hasNoise: whether its start is of noise of one scale.
  init(_ options: EnvironmentOptions, variants: [Variant], hasTask: Bool, hasNoise: Bool) throws {
    var known = ["steps"]
    if variants.count > 1 { known.append("variant") }
    if hasTask { known += ["task", "pay", "angle"] }
    if hasNoise { known.append("noise") }
    try options.allow(only: known.sorted())
    let variant = try options.value("variant", among: variants.map(\.rawValue), default: Variant.v5.rawValue)
    self.variant = Variant(rawValue: variant) ?? .v5
    isBackflip = try options.value("task", among: ["hop", "backflip"], default: "hop") == "backflip"
    guard !isBackflip || self.variant == .v5 else {
      throw InputError(
        "the backflip has no variant '\(variant)'", at: options.name,
        remedy: "it never ends early as it is: write \(options.name):task=backflip")
    }
    let pay = try options.value("pay", among: ["formula", "rotation"], default: "formula")
    guard isBackflip || options.values["pay"] == nil else {
      throw InputError(
        "only the backflip can be paid in two ways", at: options.name,
        remedy: "write \(options.name):task=backflip,pay=\(pay)")
    }
    paysRotation = pay == "rotation"
    let angle = try options.value("angle", among: ["plain", "sincos"], default: isBackflip ? "sincos" : "plain")
    usesSineAndCosine = angle == "sincos"
    if let text = options.values["noise"] {
      guard let value = Double(text), value >= 0, value <= 1 else {
        throw InputError("'\(text)' is no scale of noise", at: options.name, remedy: "noise takes a number from 0 to 1")
      }
      noise = value
    }
    if let text = options.values["steps"] {
      guard let value = Int(text), value >= 1, value <= 1_000_000 else {
        throw InputError("'\(text)' is no number of steps", at: options.name, remedy: "steps takes 1 to 1000000")
      }
      steps = value
    }
  }

  private init() {}
}
