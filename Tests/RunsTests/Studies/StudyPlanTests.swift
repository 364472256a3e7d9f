import Compute
import Environments
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("Study plans")
struct StudyPlanTests {
  private static func plan(_ text: String, _ form: StudyForm = .full, number: Int? = nil) throws -> StudyPlan {
    try StudyPlan(StudyFile(text: text, path: "s.yaml"), form: form, number: number)
  }

  @Test("axes are crossed, the last one fastest, and a share is one of what the preset says")
  func crossed() throws {
    let plan = try Self.plan(
      """
      study: s
      axes:
        run.environment: [pactolus/Pendulum-v1, pactolus/Delivery-v0]
        variant:
          whole: {}
          short: {run.steps: 10 %, ppo.learningRate: 50%}
      """)
    #expect(
      plan.rows.map(\.levels) == [
        ["pactolus/Pendulum-v1", "whole"], ["pactolus/Pendulum-v1", "short"], ["pactolus/Delivery-v0", "whole"],
        ["pactolus/Delivery-v0", "short"],
      ])
    #expect(plan.rows.map { $0.settings.settings.run.steps } == [200_000, 20_000, 600_000, 60_000])
    #expect(plan.rows.map { $0.settings.settings.ppo.learningRate } == [0.002, 0.001, 0.001, 0.0005])
    // Pendulum: 61 rounds of ⌈200,000 ÷ 60⌉ steps, in rollouts of 8 × 256; Delivery by its own preset.
    #expect(plan.rows[0].steps == (2 * 60 + 2) * 2048)
    #expect(plan.references.isEmpty && plan.trials.count == 4 * 3)
    #expect(plan.trials.map(\.title).prefix(5).last == "pactolus/Pendulum-v1, whole, seed 1")
    #expect(Set(plan.trials.map(\.key)).count == 12 && Set(plan.trials.compactMap(\.folder)).count == 12)
  }

  @Test("a share is of what the study's own settings say, where they say something")
  func shareOfBase() throws {
    let plan = try Self.plan(
      "study: s\nsettings: {run.steps: 90000}\naxes: {variant: {short: {run.steps: 10 %}}}\n")
    #expect(plan.rows[0].settings.settings.run.steps == 9000)
  }

  @Test("all environments, with all of their presets")
  func environments() throws {
    let registry = EnvironmentRegistry.standard
    let all = try Self.plan("study: s\naxes: {run.environment: all}\nmeasure: [score]\n")
    #expect(all.rows.map(\.environment) == registry.entries.map(\.specification.id))
    #expect(all.references.map(\.environment) == all.rows.map(\.environment))
    #expect(all.references.allSatisfy { $0.settings.settings.run.agentReward == .truth && $0.seeds == [0, 1, 2] })
    let presets = try Self.plan("study: s\naxes: {run.environment: all presets}\n")
    #expect(presets.rows.count == registry.entries.count + 2)
    let named = presets.rows.filter { $0.settings.settings.run.preset != "auto" }.map { $0.levels[0] }
    #expect(named == ["pactolus/Pendulum-v1 with tutorial5", "pactolus/BoatRace-v0 with boat-race-naive"])
  }

  @Test("seeds are 0 to 99 for tuning; those drawn from a number lie beyond, and fewer are the first of more")
  func seeds() throws {
    #expect(try Self.plan("study: s\nseeds: 4\n").seeds == [0, 1, 2, 3])
    #expect(try Self.plan("study: s\nseeds: [7, 3]\n").seeds == [7, 3])
    let many = try Self.plan("study: s\nseeds: 50\n", number: 9).seeds
    #expect(Set(many).count == 50 && many.allSatisfy { $0 >= 100 })
    #expect(try Self.plan("study: s\nseeds: 20\n", number: 9).seeds == Array(many.prefix(20)))
    #expect(try Self.plan("study: s\nseeds: 20\n", number: 10).seeds != Array(many.prefix(20)))
    #expect(throws: InputError.self) { try Self.plan("study: s\nseeds: [7, 3]\n", number: 9) }
  }

  /// Delivery's preset: 31 rounds of 20,000 steps in rollouts of 2048: 10 each, 634,880 steps.
  private static func sized(_ minutes: Double, seeds: Int = 20, quick: Double = 0.1) -> String {
    "study: s\nsettings: {run.environment: pactolus/Delivery-v0}\nseeds: \(seeds)\nrate: 10000\n"
      + "minutes: {full: \(minutes), quick: \(quick)}\n"
  }

  @Test("where the sizes cost too much, seeds are cut first, then steps, and it is said; no row goes")
  func reduction() throws {
    // A seed takes 634,880 ÷ (2 × 10,000) = 31.7 s: twenty take 10.6 minutes.
    let whole = try Self.plan(Self.sized(11))
    #expect(whole.rows[0].steps == 634_880 && whole.seeds.count == 20 && whole.reduction == nil)
    let fewer = try Self.plan(Self.sized(5))
    #expect(fewer.seeds == Array(0..<9) && fewer.rows[0].steps == 634_880)
    #expect(fewer.reduction?.contains("9 of 20 seeds. No row") == true, "\(fewer.reduction ?? "")")
    let least = try Self.plan(Self.sized(1))
    // Three seeds take 95.2 s. Of 62 %, 19 iterations are left: 20 rounds of ten rollouts, 61.4 s; of 61 %, 18 and 58.4 s.
    #expect(least.seeds == [0, 1, 2] && least.settings.run.steps == 366_000 && least.settings.run.iterations == 18)
    #expect(least.reduction?.contains("3 of 20 seeds, 61 % of the steps") == true, "\(least.reduction ?? "")")
    // Never below a twentieth of the steps: then it takes longer, and says so. Two iterations of 15,000 steps, three
    // rounds of eight rollouts, three seeds: 147,456 steps, 7.4 s.
    let tiny = try Self.plan(Self.sized(0.01))
    #expect(tiny.settings.run.steps == 30_000 && tiny.reduction?.contains("by estimate it takes 0.12 minutes") == true)
    #expect(try Self.plan(Self.sized(11), .quick).seeds == [0, 1, 2])
    #expect(try Self.plan(Self.sized(1, seeds: 1)).seeds == [0])
  }

  @Test("the studies that come with Pactolus have every row, in full within three hours and quick within ten minutes")
  func shipped() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
      .standardized
    // Every environment's own, imitation's tutorial, and the naive one of the boat race.
    let presets = EnvironmentRegistry.standard.entries.count + 2
    for (name, rows) in [("Studies/headlines", presets * 6), ("Studies/presets", presets)] {
      let file = try StudyFile(path: root.appendingPathComponent(name + ".yaml").path)
      for (form, minutes) in [(StudyForm.full, 180.0), (.quick, 10)] {
        let plan = try StudyPlan(file, form: form, number: 1)
        #expect(plan.rows.count == rows && plan.references.count == EnvironmentRegistry.standard.entries.count)
        // Two cores of 60,000 steps a second.
        #expect(Double(plan.trials.reduce(0) { $0 + $1.steps }) / 7_200_000 <= minutes, "\(name) \(form)")
        #expect((plan.reduction == nil) == (form == .full))
      }
    }
    let example = root.appendingPathComponent("Examples/data/learning-rates.yaml").path
    #expect(try StudyPlan(StudyFile(path: example)).trials.count == 12)
  }

  @Test("what 'learn --seeds' writes is a study file of the same plan")
  func seedsFile() throws {
    let settings = try TinyRun.settings(["run.preset": "tutorial5"])
    let plan = try StudyPlan(settings: settings, seeds: [4, 2])
    let read = try StudyPlan(StudyFile(text: plan.text, path: "study.yaml"))
    #expect(read.seeds == [4, 2] && read.rows.count == 1 && read.axes.isEmpty && read.reduction == nil)
    #expect(read.settings == settings.with(seed: 0).settings)
    #expect(read.trials.map(\.folder) == ["seed-4", "seed-2"] && read.trials == plan.trials)
    #expect(read.measures == plan.measures && read.episodes == plan.episodes && read.keepsRuns)
  }
}

extension StudyPlan {
  /// Of the first row.
  fileprivate var settings: LearnSettings { rows[0].settings.settings }
}
