import Agents
import Compute
import Environments
import Theory

/// The recommender whose reader is delicate, as a factored world: what each kind of agent earns, how, and what becomes of
/// the reader. Exact.
enum PathNumbers {
  /// Values by a program in Python that shares nothing with this one.
  private static let references = [1.8629315, 2.59825846, 2.46193564453125, 1.989232974, 2.37117271875]

  static func numbers() throws -> [ReproducedNumber] {
    let world = FactoredWorld.recommender
    let paths = try PathSpecificWorld(
      world, delicate: ["interest"], baseline: FactoredRule(always: "mixed", in: world))
    let report = try PathSpecificReport(paths, penaltyWeight: 1)
    return zip(report.agents, references).map { agent, reference in
      ReproducedNumber(
        "reader, \(agent.name): clicks", agent.value, reference: reference, tolerance: 1e-8,
        note: "direct \(SeedWords.fixed(agent.direct)), through the interest \(SeedWords.fixed(agent.indirect)); "
          + "narrow in the end \(SeedWords.fixed(agent.drift[0].last[1]))")
    }
  }
}
