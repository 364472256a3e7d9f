import Findings
import Runs

extension AssertionAudit {
  /// What was looked at, for terminal and page.
  package var facts: [ReportModel.Fact] {
    [
      ReportModel.Fact("world", environment), ReportModel.Fact("assertions", file),
      ReportModel.Fact("judged", "\(judged) transitions"),
      ReportModel.Fact("visited", "\(visited) transitions in \(episodes) fresh episodes"),
      ReportModel.Fact("features", features.prefix(12).joined(separator: ", ") + (features.count > 12 ? ", …" : "")),
    ]
  }

  /// A clip of each line that fails, around the step at which it does.
  package var clips: [Clip] {
    scenes.map { scene in
      let frames = entry.replayScenes(
        start: scene.start, random: scene.random, actions: scene.actions, range: scene.shown)
      return Clip(
        title: "Line \(scene.line)", frames: frames, framesPerSecond: min(30, max(4, Double(frames.count) / 4)),
        facts: [
          ReportModel.Fact("asserted", scene.text), ReportModel.Fact("where", scene.place),
          ReportModel.Fact(
            "the step itself", scene.distance == 0 ? "yes" : "no",
            note: scene.distance == 0
              ? nil : "the nearest that was seen, \(Numbers.percent(scene.distance)) of a number's range away at most"),
        ])
    }
  }
}

extension ReportModel {
  /// The page on what a run's reward was asserted to do.
  ///
  /// - Parameter audit: what was checked.
  public init(_ audit: AssertionAudit) {
    let clips = audit.clips
    self.init(
      kind: .theory, title: "What the reward of \(audit.directory) is asserted to do",
      subtitle:
        "Each statement over judged and visited transitions, searched for counterexamples, and proved where possible.",
      headline: AssertionAudit.headline, facts: audit.facts,
      sections: clips.isEmpty
        ? []
        : [
          Section(
            id: "cases", title: "Where it is broken",
            clips: [
              ClipGroup(
                title: "A clip of each line that fails",
                text:
                  "Up to 20 steps before the step at which it is broken, and 10 after. Of a case that was found by search it is "
                  + "the nearest step that was seen.", clips: clips)
            ])
        ], findings: audit.findings)
  }
}
