import Agents
import Compute
import Environments
import Foundation

/// Everything a learner promises, checked in one call.
///
/// ```swift
/// @Test func keepsTheContract() throws {
///   try expectContract(of: TabularQLearner.kind, in: EnvironmentRegistry.standard.entry("pactolus/Delivery-v0")) {
///     $0[TabularQSettings.self].stepsPerRollout = 20
///   }
/// }
/// ```
///
/// The learner is trained for a few iterations with small settings of the caller's choice; how well it learns is not
/// looked at. All randomness has fixed seeds, so the verdict is always the same.
public struct LearnerContract: Sendable {
  /// Parts of the contract.
  public enum Promise: String, Sendable, Hashable, CaseIterable {
    /// The section is named as the kind, its defaults are valid, and every value survives its text form.
    case settings
    /// The same seed gives the same bytes, another seed others.
    case determinism
    /// Steps, episodes, true returns and the mean reward are those of the batch; scalars are finite and named
    /// `learner/what`.
    case reports
    /// What is done, in training and by the policy, lies in the action space; a policy once taken stays as it was.
    case actions
    /// Restored in the middle of training, it goes on bit by bit; a damaged snapshot is refused and changes nothing.
    case snapshots
    /// 1, 2 and 4 threads give the same bytes.
    case threads
    /// It starts from demonstrations with the same bytes for the same seed, or says that it cannot.
    case imitation
  }

  let kind: LearnerKind
  let settings: LearnerSections
  let entry: EnvironmentEntry

  /// The contract of a kind of learner in one environment; `configure` makes the settings small.
  public init(
    _ kind: LearnerKind, in entry: EnvironmentEntry, configure: (inout LearnerSections) -> Void = { _ in }
  ) {
    (self.kind, self.entry) = (kind, entry)
    var settings = LearnerRegistry([kind]).sections
    configure(&settings)
    self.settings = settings
  }

  /// What the learner does not keep of these promises; empty if it keeps all.
  ///
  /// - Complexity: about twenty iterations of the learner.
  /// - Throws: what the learner throws where it may not.
  public func violations(_ promises: [Promise] = Promise.allCases) throws -> [ContractViolation] {
    var list = ViolationList()
    for promise in promises {
      switch promise {
      case .settings: checkSettings(&list)
      case .determinism: try checkDeterminism(&list)
      case .reports: try checkReports(&list)
      case .actions: try checkActions(&list)
      case .snapshots: try checkSnapshots(&list)
      case .threads: try checkThreads(&list)
      case .imitation: try checkImitation(&list)
      }
    }
    return list.violations
  }

  /// A learner with its batch, whose episodes are the same for every learner.
  struct Trial {
    let learner: any Learner
    let batch: WatchedBatch

    init(_ contract: LearnerContract, seed: UInt64 = 71) throws {
      let (kind, entry) = (contract.kind, contract.entry)
      learner = try kind.make(contract.settings, entry.specification, random: RandomSource(seed: seed))
      batch = WatchedBatch(entry.makeBatch(count: learner.slots, random: RandomSource(seed: 70)))
    }

    /// The reports of some iterations of ten.
    func train(_ iterations: Range<Int>) throws -> [LearnerReport] {
      try iterations.map { index in
        try learner.iterate(batch, reward: nil, progress: Double(index) / 10, recorder: nil)
      }
    }
  }

  private func checkSettings(_ list: inout ViolationList) {
    guard let section = settings[section: kind.name] else {
      list.check(false, "the section is named as the kind", kind.name)
      return
    }
    check(section, &list)
  }

  private func check<Section: SettingsSection>(_ section: Section, _ list: inout ViolationList) {
    do { try Section().validate() } catch { list.check(false, "the defaults are valid", "\(error)") }
    var copy = Section()
    for setting in Section.settings {
      let text = setting.read(section).description
      guard let value = setting.kind.value(of: text) else {
        list.check(false, "a value is within its own limits", "\(setting.name): \(text)")
        continue
      }
      setting.write(&copy, value)
      list.check(setting.read(copy) == setting.read(section), "a value survives its text form", setting.name)
    }
    list.check(copy == section, "every property of the section has a setting")
    let names = Section.settings.flatMap { [$0.name] + $0.formerNames }
    list.check(Set(names).count == names.count, "a name means one setting")
  }

  private func checkDeterminism(_ list: inout ViolationList) throws {
    let trials = try [71, 71, 72].map { try Trial(self, seed: $0) }
    let reports = try trials.map { try $0.train(0..<3) }
    let snapshots = try trials.map { try $0.learner.snapshot() }
    list.check(
      reports[0] == reports[1] && snapshots[0] == snapshots[1] && trials[0].batch.played == trials[1].batch.played,
      "the same seed gives the same bytes")
    list.check(snapshots[0] != snapshots[2], "another seed gives another learner")
  }

  private func checkThreads(_ list: inout ViolationList) throws {
    let before = ThreadPool.shared.threadCount
    defer { ThreadPool.shared.threadCount = before }
    let snapshots = try [1, 2, 4].map { threads in
      ThreadPool.shared.threadCount = threads
      let trial = try Trial(self)
      _ = try trial.train(0..<3)
      return try trial.learner.snapshot()
    }
    list.check(
      snapshots[0] == snapshots[1] && snapshots[0] == snapshots[2], "any number of threads gives the same bytes")
  }

  private func checkImitation(_ list: inout ViolationList) throws {
    let clips = entry.randomClips(4, steps: 25, random: RandomSource(seed: 73))
    let rows = try DemonstrationRows(clips, specification: entry.specification)
    let trials = try [Trial(self), Trial(self)]
    let before = try trials[0].learner.snapshot()
    do {
      for trial in trials { try trial.learner.imitate(rows, random: RandomSource(seed: 74)) }
    } catch {
      list.check(error is InputError, "a learner that cannot imitate says so with an InputError", "\(error)")
      list.check(try trials[0].learner.snapshot() == before, "a refused imitation changes nothing")
      return
    }
    let after = try trials.map { try $0.learner.snapshot() }
    list.check(after[0] != before, "imitation changes the learner")
    list.check(after[0] == after[1], "imitation gives the same bytes for the same seed")
  }
}

/// Checks that a kind of learner keeps ``LearnerContract`` in one environment; `configure` makes its settings small.
///
/// - Throws: ``BrokenContract`` with every promise that it does not keep.
public func expectContract(
  of kind: LearnerKind, in entry: EnvironmentEntry,
  _ promises: [LearnerContract.Promise] = LearnerContract.Promise.allCases,
  configure: (inout LearnerSections) -> Void = { _ in }
) throws {
  try BrokenContract.throwIfBroken(
    LearnerContract(kind, in: entry, configure: configure).violations(promises),
    subject: "\(kind.name) in \(entry.specification.id)")
}
