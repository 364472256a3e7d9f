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
      learners: learners, kinds: kinds)
    try run(study, stop: interruption.flag, screen: screen, json: json)
  }

  static func goOn(_ directory: String, json: Bool) throws {
    if Study.isStudy(directory) {
      let study = try Study.open(directory: directory, learners: learners)
      guard study.axes.isEmpty else {
        return try Studying.run(study, json: json, goOn: "pactolus resume \(directory)")
      }
      let interruption = Interruption()
      let screen = ProgressScreen(json: json, seeds: study.seeds.count)
      return try run(study, stop: interruption.flag, screen: screen, json: json)
    }
    let interruption = Interruption()
    let screen = ProgressScreen(json: json, seeds: 1)
    let run = try LearnRun.resume(directory: directory, registry: registry, learners: learners, kinds: kinds)
    let outcome = try run.run(stop: interruption.flag, progress: screen)
    try Conclusion.show([outcome], directory: directory, screen: screen, json: json)
  }

  /// Several seeds of the same settings, to the report about them all.
  private static func run(_ study: Study, stop: StopFlag, screen: ProgressScreen, json: Bool) throws {
    let status = try study.run(
      stop: stop, progress: screen, registry: registry, learners: learners, kinds: kinds)
    try Conclusion.show(
      try study.outcomes(), isFinished: status.isFinished, directory: study.layout.directory, screen: screen, json: json
    )
  }
}
