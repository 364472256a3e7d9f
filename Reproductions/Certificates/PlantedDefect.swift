import Compute
import Environments
import Feedback
import Runs

/// A run that is broken in one way, made on purpose.
struct PlantedDefect: Sendable {
  let name: String
  /// How it is planted, in a few words.
  let how: String
  /// Makes a run of this seed in a new directory.
  let plant: @Sendable (_ directory: String, _ seed: Int) throws -> Void

  /// In a world that is not what its name says.
  private static func world(_ name: String, _ how: String, _ change: ChangedPendulum.Change) -> PlantedDefect {
    PlantedDefect(name: name, how: how) { directory, seed in
      try TinyPendulum.make(directory, seed: seed, registry: ChangedPendulum(change).registry)
    }
  }

  /// A run with other settings than those that it then states.
  private static func settings(
    _ name: String, _ how: String, _ hidden: [String: String], stated: [String: String] = [:]
  ) -> PlantedDefect {
    PlantedDefect(name: name, how: how) { directory, seed in
      try TinyPendulum.make(directory, seed: seed, stated.merging(hidden) { $1 })
      try RunSurgery(directory: directory).restate(TinyPendulum.settings(seed: seed, stated))
    }
  }

  /// A sound run whose files are then changed.
  private static func files(
    _ name: String, _ how: String, _ change: @escaping @Sendable (RunSurgery) throws -> Void
  ) -> PlantedDefect {
    PlantedDefect(name: name, how: how) { directory, seed in
      try TinyPendulum.make(directory, seed: seed)
      try change(RunSurgery(directory: directory))
    }
  }

  private static func turned(_ given: ComparisonAnswered) -> ComparisonAnswered {
    var turned = given
    turned.answer = ["first": "second", "second": "first"][given.answer] ?? given.answer
    return turned
  }

  /// Each in the order of the table.
  static let all: [PlantedDefect] = [
    world("leaky length", "the world ends episodes that stand, and says it never ends any", .endsWhenUp),
    world("off-by-one truncation", "the time limit comes a step early", .cutEarly),
    world("non-determinism", "a hidden counter moves the pendulum by a thousandth", .irreproducible),
    world("covariate shift", "trained where episodes start upright", .startsUp),
    world("another world's reward", "it pays for slowness", .otherReward),
    world("saturated reward", "no step pays less than −1", .saturated),
    settings("mislabelled person", "three answers in ten turned round, none stated", ["person.slips": "0.3"]),
    settings(
      "one annotator spamming", "the last of three always presses the first key",
      ["person.flawed": "1", "person.lazy": "1", "person.lazyKey": "first"], stated: ["person.count": "3"]),
    PlantedDefect(name: "wrong discount", how: "0.5 where 0.99 is stated, in the agent's own state as well") {
      directory, seed in
      try TinyPendulum.make(directory, seed: seed, ["ppo.discount": "0.5"])
      let surgery = RunSurgery(directory: directory)
      try surgery.restate(TinyPendulum.settings(seed: seed))
      try surgery.rewriteCheckpoint { checkpoint, _ in
        checkpoint.texts["agent"] = checkpoint.texts["agent"]?.replacing("\"discount\":0.5", with: "\"discount\":0.99")
      }
    },
    settings("frozen reward", "a learning rate of 10⁻¹² where another is stated", ["reward.learningRate": "1e-12"]),
    files("tampered ledger", "one answer turned round") { surgery in
      var isFirst = true
      try surgery.rewriteAnswers { given in
        defer { if given.answer != "tie" { isFirst = false } }
        return isFirst ? turned(given) : given
      }
    },
    files("swapped answers' options", "all answers turned round") { try $0.rewriteAnswers(turned) },
    files("duplicated answers", "every fifth answer stands twice") { surgery in
      try surgery.rewriteLedger { entries in
        var number = 0
        entries = entries.flatMap { entry -> [LedgerEntry] in
          guard case .comparisonAnswered = entry.event else { return [entry] }
          number += 1
          return number.isMultiple(of: 5) ? [entry, entry] : [entry]
        }
      }
    },
    files("lost answers", "every fifth answer is gone") { surgery in
      try surgery.rewriteLedger { entries in
        var number = 0
        entries.removeAll { entry in
          guard case .comparisonAnswered = entry.event else { return false }
          number += 1
          return number.isMultiple(of: 5)
        }
      }
    },
    files("sign-flipped reward", "the checkpoint's reward has the other sign") { surgery in
      try surgery.rewriteCheckpoint { checkpoint, _ in
        try checkpoint.changeReward { parameters, shape in
          guard let last = shape.layers.last else { return }
          for index in parameters.indices.suffix(last.inputs * last.outputs + last.outputs) { parameters[index] *= -1 }
        }
      }
    },
    files("policy not the certified one", "the checkpoint's policy is the one of the round before") { surgery in
      try surgery.rewriteCheckpoint { checkpoint, before in
        checkpoint.tensors =
          checkpoint.tensors.filter { !$0.name.hasPrefix("agent.") }
          + before.tensors.filter { $0.name.hasPrefix("agent.") }
        checkpoint.texts["agent"] = before.texts["agent"]
      }
    },
    files("stale normaliser", "what the policy sees is scaled as in the round before") { surgery in
      try surgery.rewriteCheckpoint { checkpoint, before in checkpoint.texts["agent"] = before.texts["agent"] }
    },
    files("evaluation on training seeds", "the last evaluation is of episodes that the agent was trained in") {
      try $0.evaluateAgain("experience/agent")
    },
    files("reward hole", "fast spinning is paid, put into the weights; evaluated anew") { surgery in
      try surgery.rewriteCheckpoint { checkpoint, _ in
        try checkpoint.changeReward { parameters, shape in
          guard let first = shape.layers.first, let last = shape.layers.last else { return }
          let start = parameters.startIndex
          for input in 0..<first.inputs { parameters[start + first.weightOffset + input * first.outputs] = 0 }
          // The third number of an observation is the angular velocity.
          parameters[start + first.weightOffset + 2 * first.outputs] = 50
          parameters[start + first.biasOffset] = -375
          parameters[start + last.weightOffset] = 20
        }
      }
      try surgery.evaluateAgain("experience/final-evaluation")
    },
    files("hidden trigger", "at one speed the policy does the opposite; evaluated anew") { surgery in
      try surgery.rewriteCheckpoint { checkpoint, _ in
        for index in checkpoint.tensors.indices {
          let hidden = checkpoint.tensors[index].shape.last ?? 0
          switch checkpoint.tensors[index].name {
          case "agent.policy.0.weight":
            for input in 0..<3 { checkpoint.tensors[index].values[input * hidden] = input == 2 ? 50 : 0 }
          case "agent.policy.0.bias": checkpoint.tensors[index].values[0] = -375
          case "agent.policy.1.weight": checkpoint.tensors[index].values[0] = -3
          default: break
          }
        }
      }
      try surgery.evaluateAgain("experience/final-evaluation")
    },
  ]
}

/// A run of half a second.
enum TinyPendulum {
  static func settings(seed: Int, _ more: [String: String] = [:]) throws -> ResolvedSettings {
    var flags = [
      "run.environment": "pactolus/Pendulum-v1", "run.preset": "none", "run.steps": "600", "run.iterations": "3",
      "run.seed": "\(seed)", "ppo.environments": "2", "ppo.stepsPerRollout": "50", "ppo.minibatchSize": "50",
      "ppo.epochs": "2", "ppo.hidden": "[8]", "ppo.normalizeFeatures": "true", "reward.hidden": "[8]",
      "reward.activation": "tanh", "reward.epochs": "10", "reward.initialEpochMultiplier": "5", "reward.batch": "8",
      "feedback.comparisons": "60", "feedback.initialShare": "0.3", "feedback.segmentLength": "10",
      "person.kind": "rational", "evaluation.every": "3", "evaluation.episodes": "2", "evaluation.finalEpisodes": "4",
      "evaluation.clips": "1",
    ]
    flags.merge(more) { $1 }
    return try ResolvedSettings(flags: flags)
  }

  static func make(
    _ directory: String, seed: Int, _ more: [String: String] = [:], registry: EnvironmentRegistry = .standard
  ) throws {
    try LearnRun.create(directory: directory, settings: settings(seed: seed, more), registry: registry).run()
  }
}
