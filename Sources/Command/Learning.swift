import Foundation
import Pactolus

/// Starting and going on with a run or with a study of several seeds, up to the report.
enum Learning {
  private static var registry: EnvironmentRegistry { Parts.current.environments }
  private static var learners: LearnerRegistry { Parts.current.learners }
  private static var kinds: FeedbackRegistry { Parts.current.kinds }

  static func begin(_ directory: String, settings: ResolvedSettings, seeds: Int, json: Bool) throws {
    let interruption = Interruption()
    let screen = ProgressScreen(json: json, seeds: seeds)
    if seeds == 1 {
      let run = try LearnRun.create(
        directory: directory, settings: settings, registry: registry, learners: learners, kinds: kinds)
      let outcome = try run.run(stop: interruption.flag, progress: screen)
      return try Conclusion.show([outcome], directory: directory, screen: screen, json: json)
    }
    let first = settings.settings.run.seed
    let study = try Study.create(
      directory: directory, settings: settings, seeds: Array(first..<first + seeds), registry: registry,
      kinds: kinds)
    let outcomes = try study.run(
      stop: interruption.flag, progress: screen, registry: registry, learners: learners, kinds: kinds)
    try Conclusion.show(outcomes, directory: directory, screen: screen, json: json)
  }

  static func goOn(_ directory: String, json: Bool) throws {
    let interruption = Interruption()
    if Study.isStudy(directory) {
      let study = try Study.open(directory: directory, learners: learners)
      let screen = ProgressScreen(json: json, seeds: study.seeds.count)
      let outcomes = try study.run(
        stop: interruption.flag, progress: screen, registry: registry, learners: learners, kinds: kinds)
      return try Conclusion.show(outcomes, directory: directory, screen: screen, json: json)
    }
    let screen = ProgressScreen(json: json, seeds: 1)
    let run = try LearnRun.resume(directory: directory, registry: registry, learners: learners, kinds: kinds)
    let outcome = try run.run(stop: interruption.flag, progress: screen)
    try Conclusion.show([outcome], directory: directory, screen: screen, json: json)
  }
}
