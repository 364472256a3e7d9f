import Foundation

extension CartPole {
  /// What people say about it, besides the components of the observation.
  static let features: [NamedFeature] = [
    NamedFeature(
      name: "pole upright", synonyms: ["upright pole", "balance"], summary: "the cosine of the pole's angle, 1 upright"
    ) { _, _, next in Double(cos(next[2])) },
    NamedFeature(
      name: "distance from the centre", synonyms: ["distance from centre", "distance from the center", "drift"],
      summary: "how far the cart is from the middle, in metres", isCost: true
    ) { _, _, next in Double(abs(next[0])) },
    NamedFeature(
      name: "speed", synonyms: ["cart speed"], summary: "how fast the cart moves, in metres per second",
      moreWords: ["faster", "fast"], lessWords: ["slower", "slow"]
    ) { _, _, next in Double(abs(next[1])) },
  ]
}

extension Pendulum {
  static let features: [NamedFeature] = [
    NamedFeature(
      name: "upright", synonyms: ["pole upright", "pendulum upright", "height"],
      summary: "the cosine of the angle, 1 upright", moreWords: ["higher"], lessWords: ["lower"]
    ) { _, _, next in Double(next[0]) },
    NamedFeature(
      name: "speed", summary: "how fast it turns, in radians per second", moreWords: ["faster", "fast"],
      lessWords: ["slower", "slow", "calmer"]
    ) { _, _, next in Double(abs(next[2])) },
    NamedFeature(
      name: "energy", synonyms: ["effort", "torque"], summary: "the square of the torque", isCost: true
    ) { _, action, _ in
      let torque = Double(min(max(action[0], -2), 2))
      return torque * torque
    },
  ]
}

extension MountainCar {
  static let features: [NamedFeature] = [
    NamedFeature(
      name: "height", synonyms: ["altitude"], summary: "the height of the car on the hill", moreWords: ["higher"],
      lessWords: ["lower"]
    ) { _, _, next in Double(sin(3 * next[0])) },
    NamedFeature(
      name: "speed", summary: "how fast the car moves", moreWords: ["faster", "fast"], lessWords: ["slower", "slow"]
    ) { _, _, next in Double(abs(next[1])) },
  ]
}

extension Acrobot {
  static let features: [NamedFeature] = [
    NamedFeature(
      name: "tip height", synonyms: ["height"], summary: "the height of the tip above the joint, in link lengths",
      moreWords: ["higher"], lessWords: ["lower"]
    ) { _, _, next in
      Double(-next[0] - (next[0] * next[2] - next[1] * next[3]))
    },
    NamedFeature(
      name: "speed", summary: "how fast both joints turn, in radians per second", moreWords: ["faster", "fast"],
      lessWords: ["slower", "slow"]
    ) { _, _, next in Double(abs(next[4]) + abs(next[5])) },
  ]
}

extension NamedFeature {
  /// A world's own features, and then the components of its observation that they do not name already.
  static func all(_ own: [NamedFeature], of specification: EnvironmentSpecification) -> [NamedFeature] {
    let names = Set(own.flatMap { [$0.name] + $0.synonyms })
    return own + observations(of: specification).filter { !names.contains($0.name) }
  }
}
