import Findings
import Foundation

/// How far a run's policy has followed its reward, where no truth within an angle of that reward may lose: what a
/// checkpoint keeps of it besides the policy itself.
struct AngleStopping: Codable, Hashable {
  /// The round in which the run was told to stop.
  var stoppedAt: Int?
  /// Rounds whose change of the policy was kept.
  var keptSteps = 0
  /// The smallest angle, in degrees, at which a truth could have lost by one of those; nil where none went anywhere.
  var safeAngle: Double?
  /// The same of the change that was refused; nil where the reward orders no policies.
  var refused: Double?

  /// - Parameters:
  ///   - bound: how far the truth may be from the learned reward, degrees.
  ///   - kept: names the policy that the run ends with.
  func finding(bound: Double, kept: String) -> Finding {
    let degrees = Numbers.plain(bound)
    var evidence = [
      Evidence("how far the truth may be, degrees", bound),
      Evidence("rounds whose change was kept", Double(keptSteps)),
    ]
    if let safeAngle { evidence.append(Evidence("how far it might have been for all of those, degrees", safeAngle)) }
    if let refused {
      evidence.append(Evidence("how far it might be for the change that was refused, degrees", refused))
    }
    let reason: String
    if let stoppedAt {
      let why =
        refused.map {
          $0 < 0
            ? "the learned reward itself loses by it"
            : "it could lose by it wherever it is more than \(Numbers.plain($0))° away"
        } ?? "the learned reward orders no policies, so nothing says which change is right"
      reason =
        "Round \(stoppedAt) changed the policy in a direction by which a truth within \(degrees)° of the learned reward "
        + "can lose: \(why). The run ended with \(kept)."
    } else {
      reason =
        "No change of the policy in \(keptSteps) rounds loses by any truth within \(degrees)° of the learned reward."
    }
    return Finding(
      id: "stopping/angle",
      claim: "By no round's change of the policy could a truth within \(degrees)° of the learned reward lose",
      verdict: stoppedAt == nil ? .holds : .fails, bearing: .advice, reason: reason, evidence: evidence,
      assumptions: [
        "In every round the truth is within that angle of the reward that the agent was paid by then: nothing here checks it.",
        "The world goes on as its table says, discounted, without a time limit, and actions are drawn as in training.",
      ],
      errorRate:
        "None by chance: it is computed from the table, to rounding. It fails where the bound on the angle is wrong.",
      source: "Karwowski et al., \"Goodhart's Law in Reinforcement Learning\", ICLR 2024, for a learner's own steps",
      problem: "Optimising further could lose by what is meant",
      advice: nil)
  }
}
