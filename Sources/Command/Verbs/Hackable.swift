import ArgumentParser
import Foundation
import Pactolus

/// `pactolus hackable WORLD TRUE PROXY`: can the proxy be hacked, by which policies, how badly, and what could not be.
struct HackableVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hackable",
    abstract: "Whether a proxy can be hacked: whether policies exist that it ranks higher and that are truly worse.",
    discussion: """
      pactolus hackable two-state action-1 leave-0
      pactolus hackable two-state action-1 state-1 --policies 00,01,11
      pactolus hackable grid sparse_goal cliff_walk --policies all --near uniform --most-loss 0.05

      Documentation/hacking.md explains by two examples.
      """)

  @OptionGroup var world: WorldArgument

  @Argument(help: FiniteWorld.rewardHelp)
  var truth: String

  @Argument(help: "The proxy, likewise.")
  var proxy: String

  @Option(
    help: ArgumentHelp(
      "Which policies are compared one by one: deterministic (all of them), all (stochastic ones too, decided by "
        + "theorem), or a list: \(PolicyWords.help). Default: deterministic if there are few enough, else all.",
      valueName: "policies"))
  var policies: String?

  @Option(help: ArgumentHelp("Also ask what is safe near this policy: \(PolicyWords.help).", valueName: "policy"))
  var near: String?

  @Option(help: "How far from that policy: L1 distance of normalised occupancies, 0 to 2.")
  var radius: Double?

  @Option(help: "With --near: the share of the range of true returns that may be lost.")
  var mostLoss: Double = 0.1

  @Option(help: "Directions drawn for the share of unhackable proxies.")
  var samples: Int = 20_000

  @Option(help: "The seed of these directions.")
  var seed: UInt64 = 0

  @OptionGroup var horizon: HorizonOption

  @OptionGroup var output: TheoryOutput

  func run() throws {
    let staged = try horizon.read(world)
    let finite = staged.finite
    let mdp = finite.mdp
    let truthTable = try staged.reward(truth)
    let proxyTable = try staged.reward(proxy)
    let audit = try HackingAudit(
      truth: truthTable.expected(in: mdp), proxy: proxyTable.expected(in: mdp), in: mdp, scope: scope(mdp),
      near: neighbourhood(mdp), samples: max(1, samples), random: RandomSource(seed: seed))
    try output.show(
      audit.findings, numbers: audit.numbers,
      report: ReportModel(audit, world: finite, truth: truth, proxy: proxy, seed: seed))
  }

  private func scope(_ mdp: TabularMDP) throws -> HackingAudit.Scope {
    switch policies {
    case nil: return DeterministicPolicies.count(in: mdp, limit: 4096) == nil ? .none : .everyDeterministic
    case "deterministic": return .everyDeterministic
    case "all": return .none
    case let list?:
      let read = try PolicyWords.read(list, in: mdp)
      return .these(read.map(\.policy), names: read.map(\.name))
    }
  }

  private func neighbourhood(_ mdp: TabularMDP) throws -> HackingAudit.Neighbourhood? {
    guard (0...1).contains(mostLoss) else {
      throw InputError("the most loss is \(mostLoss)", at: "--most-loss", remedy: "it is a share: 0 to 1")
    }
    if let radius, !(0...2).contains(radius) {
      throw InputError("the radius is \(radius)", at: "--radius", remedy: "it lies between 0 and 2")
    }
    guard let near else {
      guard radius == nil else {
        throw InputError("a radius needs a centre", at: "--radius", remedy: "give --near POLICY")
      }
      return nil
    }
    let read = try PolicyWords.read(near, in: mdp)
    guard read.count == 1 else { throw InputError("\(read.count) policies", at: "--near", remedy: "give one") }
    return HackingAudit.Neighbourhood(reference: read[0].policy, name: read[0].name, radius: radius, mostLoss: mostLoss)
  }
}
