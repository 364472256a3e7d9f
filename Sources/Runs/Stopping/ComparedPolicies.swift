import Agents
import Compute
import Feedback
import Files
import Findings
import Rewards

/// The best policy of a run so far, by what people say who are shown it beside the current one; and who is still being
/// asked about which.
package struct ComparedPolicies {
  /// What the answers say.
  package var watch: StoppingWatch
  /// The best so far.
  package var best: Contender
  /// Policies that were the current one when questions about them were asked, by round; the last is the latest.
  package var current: [Contender] = []
  /// The round whose policy ``watch`` has its latest answers about.
  package var round: Int?
  /// The round in which the run was told to stop.
  package var stoppedAt: Int?

  /// A policy, and what is asked about it.
  package struct Contender {
    package var agent: AgentSnapshot
    package var asked: Asked

    package init(agent: AgentSnapshot, asked: Asked) { (self.agent, self.asked) = (agent, asked) }
  }

  /// What is asked about a policy beside the best one of that moment.
  package struct Asked: Codable {
    /// When it was the agent's.
    package var moment: KeptPolicy.Moment
    /// The round that asks.
    package var round: Int
    /// Which best it is beside: `StoppingWatch.best`.
    package var best: Int
    /// For each question that is open, by its number, whether the best is the clip shown first.
    package var bestIsFirst: [Int: Bool] = [:]

    package init(moment: KeptPolicy.Moment, round: Int, best: Int, bestIsFirst: [Int: Bool] = [:]) {
      (self.moment, self.round, self.best, self.bestIsFirst) = (moment, round, best, bestIsFirst)
    }
  }

  /// In a checkpoint, without the policies themselves.
  private struct Stored: Codable {
    var watch: StoppingWatch
    var best: Asked
    var current: [Asked]
    var round: Int?
    var stoppedAt: Int?
  }

  package init(error: Double, best: Contender) {
    watch = StoppingWatch(error: error)
    self.best = best
  }

  /// What was taken back into a checkpoint; nil where nothing was compared.
  package init?(_ checkpoint: Checkpoint) throws {
    guard let text = checkpoint.texts["compared"] else { return nil }
    let stored = try CanonicalJSON.decode(Stored.self, from: text)
    func agent(_ name: String) throws -> AgentSnapshot {
      AgentSnapshot(
        tensors: checkpoint.tensors(of: name).map { .init(name: $0.name, shape: $0.shape, values: $0.values) },
        state: try checkpoint.part(name))
    }
    (watch, round, stoppedAt) = (stored.watch, stored.round, stored.stoppedAt)
    best = Contender(agent: try agent("comparedBest"), asked: stored.best)
    current = try stored.current.map { Contender(agent: try agent("compared\($0.round)"), asked: $0) }
  }

  /// Puts it into a checkpoint's parts.
  package func store(_ tensors: inout [NamedTensor], _ texts: inout [String: String]) throws {
    texts["compared"] = try CanonicalJSON.encode(
      Stored(watch: watch, best: best.asked, current: current.map(\.asked), round: round, stoppedAt: stoppedAt))
    for (name, agent) in [("comparedBest", best.agent)] + current.map({ ("compared\($0.asked.round)", $0.agent) }) {
      tensors += agent.tensors.map { NamedTensor(name + "." + $0.name, shape: $0.shape, values: $0.values) }
      texts[name] = String(decoding: agent.state, as: UTF8.self)
    }
  }

  /// Takes in answers, those about earlier rounds first.
  ///
  /// Only the first answer to a question counts, for people who see the same clips are not independent; so do answers
  /// about the best that still is. Those that name no clip say nothing.
  ///
  /// - Parameters:
  ///   - answers: the round's, of any kind; others than those asked here are passed over.
  ///   - label: 0 where an answer names the first clip, 1 for the second.
  ///   - iteration: the round that takes them in.
  package mutating func take(
    _ answers: [GivenAnswer], in iteration: Int, label: (GivenAnswer) throws -> Int?
  ) throws {
    guard stoppedAt == nil else { return }
    for place in current.indices {
      var isNews = false
      for answer in answers {
        guard let isFirst = current[place].asked.bestIsFirst.removeValue(forKey: answer.question.number) else {
          continue
        }
        guard current[place].asked.best == watch.best, let named = try label(answer) else { continue }
        if round != current[place].asked.round {
          watch.begin()
          round = current[place].asked.round
        }
        watch.observe(bestIsPreferred: (named == 0) == isFirst)
        isNews = true
      }
      guard isNews else { continue }
      switch watch.advice {
      case .goOn: break
      case .takeCurrent:
        watch.replaceBest()
        best = current[place]
        best.asked.bestIsFirst = [:]
      case .stop:
        stoppedAt = iteration
      }
      if stoppedAt != nil { break }
    }
    // Rounds before this one have all their answers; a question without one will not get it any more.
    current.removeAll { $0.asked.round < iteration || $0.asked.bestIsFirst.isEmpty || stoppedAt != nil }
  }

  /// What the comparisons say of the run.
  package func finding(latest: KeptPolicy.Moment?) -> Finding {
    watch.finding(
      best: "the policy after round \(best.asked.moment.iteration)",
      current: latest.map { "the policy after round \($0.iteration)" } ?? "what came after it")
  }
}
