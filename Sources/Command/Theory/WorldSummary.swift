import Pactolus

/// A world in a few numbers.
struct WorldSummary: Encodable {
  struct Reward: Encodable {
    var name: String
    var axes: RewardTable.Axes
    var least: Double
    var greatest: Double
    /// The smallest and the largest return of any policy.
    var worstReturn: WideNumber
    var bestReturn: WideNumber
  }
  var title: String
  var states: Int
  var actions: Int
  var discount: Double
  var horizon: Int?
  var transitions: Int
  var isDeterministic: Bool
  var unreachableStates: Int
  var absorbingStates: Int
  var stateNames: [String]
  var actionNames: [String]
  var rewards: [Reward]

  init(_ world: FiniteWorld) {
    let mdp = world.mdp
    title = world.title
    (states, actions, discount, horizon) = (mdp.stateCount, mdp.actionCount, mdp.discount, world.horizon)
    transitions = mdp.probabilities.count { $0 > 0 }
    isDeterministic = transitions == states * actions
    unreachableStates = mdp.reachableStates.count { !$0 }
    absorbingStates = (0..<states).count { state in
      (0..<mdp.actionCount).allSatisfy { action in
        mdp.transitions(state, action).allSatisfy { mdp.probabilities[$0] == 0 || mdp.successors[$0] == state }
      }
    }
    (stateNames, actionNames) = (world.stateNames, world.actionNames)
    rewards = world.rewards.map { name, table in
      // At size 1, so that no return overflows.
      let (unit, exponent) = table.unitScaled
      let expected = unit.expected(in: mdp)
      let best = PolicyIteration.solve(mdp, rewards: expected)
      let worst = PolicyIteration.solve(mdp, rewards: expected.map { -$0 })
      return Reward(
        name: name, axes: table.axes, least: table.values.min() ?? 0, greatest: table.values.max() ?? 0,
        worstReturn: WideNumber(-mdp.startMean(worst.values), exponent: exponent),
        bestReturn: WideNumber(mdp.startMean(best.values), exponent: exponent))
    }
  }

  var text: String {
    func names(_ names: [String]) -> String {
      names.count <= 12
        ? names.joined(separator: " ") : names.prefix(10).joined(separator: " ") + " … " + names[names.count - 1]
    }
    func number(_ value: Double) -> String { NumberFormat.plain.text(value) }
    var lines = [
      ["states", "\(states): " + names(stateNames)],
      ["actions", "\(actions): " + names(actionNames)],
      ["discount", "\(discount)" + (horizon.map { ", horizon \($0)" } ?? "")],
      ["transitions", "\(transitions)" + (isDeterministic ? ", deterministic" : "")],
      ["never left", "\(absorbingStates) of the states"],
      ["never reached", "\(unreachableStates) of the states"],
    ]
    if !rewards.isEmpty { lines += [["", ""], ["reward", "on, from … to, returns from … to"]] }
    for reward in rewards {
      lines.append([
        reward.name,
        "\(reward.axes.words), \(number(reward.least)) … \(number(reward.greatest)), "
          + "\(Numbers.plain(reward.worstReturn)) … \(Numbers.plain(reward.bestReturn))",
      ])
    }
    return title + "\n" + Screen.table(lines)
  }
}
