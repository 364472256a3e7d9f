import Compute
import Environments
import Feedback
import Foundation
import RunFixtures
import Runs
import Testing

@Suite("What a run keeps of what is not known of its reward, and asks by it", .serialized)
struct UncertaintyRunTests {
  private static let asked = ["feedback.comparisons": "60", "person.kind": "oracle", "feedback.selection": "random"]
  private static let random = RandomSource(seed: 5)

  /// The last evaluation's three episodes of 200 steps, played again.
  private static func episodes(_ run: TrainedRun) throws -> [Trajectory] {
    try EpisodePlayer(
      entry: run.entry, policy: run.policy, slots: 3, seed: random, source: "experience/final-evaluation",
      sourceIndex: 3, manner: .deterministic
    ).play(.episodes(3)).trajectories.map(\.trajectory)
  }

  @Test("of the last evaluation's clips, means and cells are those of the library, cell by cell")
  func kept() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/run", Self.asked).run()
      let record = try RunRecord(directory: parent + "/run")
      let measured = try #require(record.references?.uncertainty)
      let run = try TrainedRun(directory: parent + "/run")
      let episodes = try Self.episodes(run)
      #expect(episodes.map(\.trueReturn) == record.finalEvaluation?.trueReturns)
      let uncertainty = try RewardUncertainty(
        run.reward, answers: run.answers(kinds: .standard), training: run.settings.reward.training,
        random: Self.random.child("uncertainty"))
      let parts = episodes.flatMap { episode in stride(from: 0, to: 200, by: 10).map { episode.segment($0..<$0 + 10) } }
      let numbers = try uncertainty.clips(parts)
      #expect(measured.clips == 60 && measured.answers == 60)
      for kind in FourUncertainties.Kind.allCases { #expect(measured[kind].mean == numbers.mean(kind), "\(kind)") }

      let map = try #require(measured.map)
      let names = run.entry.specification.observationNames
      let features = try [map.across.name, map.up.name].map { try #require(names.firstIndex(of: $0)) }
      // The pendulum's speed varies most: it reaches 8, where sine and cosine reach 1.
      #expect(features[0] < features[1] && features[1] == 2)
      #expect(map.steps.joined().reduce(0, +) == 600 && map.steps.count == 8 && map.across.middles.count == 8)
      func cell(_ axis: UncertaintyMap.Axis, _ value: Float) -> Int {
        axis.middles.indices.min { abs(axis.middles[$0] - Double(value)) < abs(axis.middles[$1] - Double(value)) } ?? 0
      }
      var steps = map.steps.map { $0.map { _ in [(p: Double, model: Double?)]() } }
      for episode in episodes {
        let each = episode.withTransitionRows(run.entry.specification) { uncertainty.transitions($0) }
        for step in 0..<episode.count {
          let (x, y) = (episode.observations[3 * step + features[0]], episode.observations[3 * step + features[1]])
          steps[cell(map.up, y)][cell(map.across, x)].append(
            (try #require(each.distributional[step]), each.model[step]))
        }
      }
      var blank = 0
      for (row, cells) in steps.enumerated() {
        for (column, cell) in cells.enumerated() {
          #expect(map.steps[row][column] == cell.count)
          guard !cell.isEmpty else {
            #expect(FourUncertainties.Kind.allCases.allSatisfy { map[$0][row][column] == nil })
            continue
          }
          let unlike = try #require(map.distributional[row][column])
          #expect(abs(unlike - (1 - Statistics.mean(cell.map(\.p)))) < 1e-12)
          let known = cell.compactMap(\.model)
          if known.isEmpty { blank += 1 }
          #expect((map.model[row][column] == nil) == known.isEmpty)
          if let number = map.model[row][column] { #expect(abs(number - Statistics.mean(known)) < 1e-9) }
          #expect((map.aleatoric[row][column] == nil) == known.isEmpty)
        }
      }
      #expect(blank < 64)
    }
  }

  @Test("few answers: the reasons are kept; no answers about pairs: nothing is")
  func few() throws {
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/few").run()
      let few = try #require(try RunRecord(directory: parent + "/few").references?.uncertainty)
      #expect(few.aleatoric.unknown?.contains("40 are needed") == true && few.specification.mean == nil)
      #expect(few.answers > 0 && few.answers <= 13)
      for (name, more) in [("rated", ["feedback.kinds": "rating"]), ("none", ["person.skips": "1"])] {
        try TinyRun.create(parent + "/" + name, more).run()
        let references = try #require(try RunRecord(directory: parent + "/" + name).references)
        #expect(references.uncertainty == nil, "\(name)")
      }
    }
  }

  /// 48 of 80 answers in the first round, so that the later ones can ask by them.
  private static func asking(_ selection: String) -> [String: String] {
    [
      "feedback.comparisons": "80", "feedback.initialShare": "0.6", "feedback.selection": selection,
      "person.kind": "rational", "feedback.candidates": "6",
    ]
  }

  @Test(
    "killed and resumed, a run that asks by it leaves the same bytes, and asks otherwise than at random",
    arguments: ["unfamiliar", "specification", "disagreement-clear"])
  func resumed(selection: String) throws {
    let reference = try TinyRun.reference(Self.asking(selection))
    for event in [120, 150] {
      try withTemporaryDirectory { parent in
        let directory = parent + "/run"
        do {
          let run = try TinyRun.create(directory, Self.asking(selection))
          run.ledger.afterAppend = { if $0 == event { throw Killed() } }
          #expect(throws: Killed.self) { try run.run() }
        }
        #expect(try TinyRun.resume(directory).run().finished)
        #expect(try TinyRun.Remains(directory) == reference, "killed after event \(event)")
      }
    }
    try withTemporaryDirectory { parent in
      try TinyRun.create(parent + "/by", Self.asking(selection)).run()
      try TinyRun.create(parent + "/random", Self.asking("random")).run()
      let shown = try ["by", "random"].map { name in
        try RunRecord(directory: parent + "/" + name).comparisons.map { [$0.firstTrueReturn, $0.secondTrueReturn] }
      }
      // The first round is random by any rule.
      #expect(shown[0].count == 80 && shown[0].prefix(48) == shown[1].prefix(48) && shown[0] != shown[1])
    }
  }

  @Test("with 13 answers a run that would ask by them asks what a random one does")
  func fallback() throws {
    try withTemporaryDirectory { parent in
      let shown = try ["random", "specification", "disagreement-clear"].map { selection in
        try TinyRun.create(parent + "/" + selection, ["feedback.selection": selection]).run()
        return try RunRecord(directory: parent + "/" + selection).comparisons.map {
          [$0.firstTrueReturn, $0.secondTrueReturn]
        }
      }
      #expect(shown[0].count == 13 && shown[1] == shown[0] && shown[2] == shown[0])
    }
  }

  @Test("one network may be asked by what is new, and not by its members")
  func one() throws {
    func settings(_ selection: String) throws {
      _ = try TinyRun.settings(["reward.members": "1", "feedback.selection": selection])
    }
    try settings("unfamiliar")
    try settings("specification")
    let error = #expect(throws: InputError.self) { try settings("disagreement-clear") }
    #expect(error?.problem.contains("feedback.selection: one network cannot disagree") == true)
  }
}
