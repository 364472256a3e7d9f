import Compute
import Environments
import Feedback
import Files
import Foundation
import Recorded
import Rewards
import Testing

/// Files as they are written, and what is said of damaged ones.
@Suite("Files of feedback, word for word")
struct RecordedFileTests {
  private static let clips = [
    Trajectory(
      observationSize: 2, actionRowSize: 1, observations: [0, 1, 2, 3, 4, 5], actions: [1, 0], rewards: [0.5, -2],
      terminated: true, truncated: false, start: EpisodePosition(slot: 1, episode: 0, step: 7)),
    Trajectory(
      observationSize: 2, actionRowSize: 1, observations: [6, 7, 8, 9], actions: [2], rewards: [1], terminated: false,
      truncated: true, start: nil),
  ]

  private func text(_ clips: [Trajectory]) -> String {
    clips.map { clip in
      "\(clip.observations) \(clip.actions) \(clip.rewards) \(clip.terminated) \(clip.truncated) "
        + (clip.start.map { "\($0.slot) \($0.episode) \($0.step)" } ?? "-")
    }.joined(separator: "; ")
  }

  private func changed(_ text: String, _ changes: [(String, String)]) -> [String] {
    changes.map { text.replacing($0.0, with: $0.1, maxReplacements: 1) }
  }

  @Test("tables of clips and of answers")
  func tables() throws {
    let clips = String(decoding: try TableFile.data(Self.clips), as: UTF8.self)
    let records = String(decoding: try TableFile.data(FileRoundTripTests.records), as: UTF8.self)
    var text = clips + "\n" + records + "\n"
    for source in changed(
      clips,
      [
        ("", ""), ("clip,step", "clip,steps"), (",action_0", ""), ("observation_0,", ""), ("start_step", "x"),
        ("\n0,0,", "\n1,0,"), ("\n1,0,", "\n2,0,"), ("\n0,1,", "\n0,2,"), ("2.0,3.0", "2.0,x"), ("0.5", ""),
        ("-2.0,1", "-2.0,2"),
        ("-2.0,1", "-2.0,0"), ("0.5,0,0", "0.5,1,0"), ("0.5,0,0", "0.5,0,2"), ("4.0,5.0,,", "4.0,5.0,1,"),
        ("1,0,7", "1,0,-1"),
        ("1,0,7", "1,0,"), ("1,0,7", "0,0,0"), ("1,0,7", "1,x,7"),
        ("2.0,3.0,0.0,-2.0,1,0,,,", "2.0,3.0,0.0,-2.0,1,0,1,1,1"),
        ("4.0,5.0,,,,,,,", "4.0,5.0,,,,,0,0,0"), ("8.0,9.0,,,,,,,", "8.0,9.0,,,,0,,,"),
      ])
    { text += outcome { self.text(try TableFile.readTrajectories(Array(source.utf8), place: "t")) } }
    text += outcome { try TableFile.readTrajectories([], place: "t").count }
    for source in changed(
      records,
      [
        ("", ""), ("number,kind", "number,kinds"), ("\n0,", "\n-1,"), ("\n0,", "\nx,"), ("question 0", "question 1"),
        ("question 1", "question 0"), ("answer 0", "answer 1"), ("answer 1", "question 1"), ("language", ""),
        ("can't tell", ""), ("{}", "{"), ("{}", "{}\n{}"), (",,,,,,,,,\n", ",1,,,,,,,,\n"),
      ])
    {
      text += outcome {
        try TableFile.readRecords(Array(source.utf8), place: "t").map { record in
          "\(record.number) \(record.kind) \(record.person.debugDescription) \(self.text(record.question.clips)) | "
            + "\(record.answer.map { self.text($0.clips) } ?? "none") \(record.skipped ?? "-")"
        }.joined(separator: "\n")
      }
    }
    var bad = FileRoundTripTests.records[2]
    bad.skipped = ""
    text += outcome { try TableFile.data([bad]).count } + outcome { try TableFile.data([FeedbackRecord]()).count }
    text += outcome { try TableFile.data([Trajectory]()).count }
    var empty = Self.clips[1].segment(0..<0)
    for (terminated, truncated) in [(false, false), (true, false), (false, true)] {
      (empty.terminated, empty.truncated) = (terminated, truncated)
      text += outcome { String(decoding: try TableFile.data([empty]), as: UTF8.self) }
    }
    var other = Self.clips[1]
    other.actionRowSize = 2
    text += outcome { try TableFile.data([Self.clips[0], other]).count }
    other = Self.clips[1]
    other.observationSize = 3
    text += outcome { try TableFile.data([Self.clips[0], other]).count }
    try Recorded.check(text, as: "tables")
  }

  @Test("lines of answers, and what is refused")
  func lines() throws {
    let source = String(decoding: try FeedbackRecordFile.data(FileRoundTripTests.records), as: UTF8.self)
    let line = String(
      decoding: try FeedbackRecordFile.data([
        FeedbackRecord(
          number: 3, kind: "rating", person: "p", question: Question([Self.clips[0]], details: .object([:])),
          answer: Answer(.object([:]), clips: [Self.clips[1]]))
      ]), as: UTF8.self)
    var text = source + "\n" + line + "\n"
    for source in changed(
      line,
      [
        ("", ""), ("\"schema\":1", "\"schema\":2"), ("\"schema\":1", "\"schema\":0"), ("\"number\":3", "\"number\":-1"),
        ("\"number\":3", "\"number\":0"), ("\"rating\"", "\"\""),
        ("\"person\":\"p\"", "\"person\":\"p\",\"skipped\":\"x\""),
        ("\"person\":\"p\"", "\"person\":\"p\",\"more\":\"x\""), ("\"content\"", "\"details\""),
        ("\"details\"", "\"content\""),
        ("\"observationSize\":2", "\"observationSize\":0"), ("\"actionRowSize\":1", "\"actionRowSize\":0"),
        ("\"actionRowSize\":1", "\"actionRowSize\":2"), ("\"observationSize\":2", "\"observationSize\":3"),
        ("\"observationSize\":2", "\"observationSize\":4611686018427387904"), ("\"step\":7", "\"step\":-1"),
        ("\"slot\":1", "\"slot\":-1"), ("\"episode\":0", "\"episode\":-1"), ("\"step\":7", "\"step\":0"),
        ("\"clips\"", "\"clip\""), ("\"rewards\"", "\"reward\""),
      ])
    {
      text += outcome {
        try FeedbackRecordFile.read(Array(source.utf8), place: "t").map {
          "\($0.number) \($0.kind) \($0.skipped ?? "-")"
        }
      }
    }
    let rows = [
      #"{"prompt":"a b","chosen":"c","rejected":"d","x":1}"#, #"{"chosen":"say this","rejected":"say that"}"#,
      #"{"chosen":"same","rejected":"same"}"#, #"{"chosen":"abc","rejected":"xyz"}"#,
      #"{"chosen":[{"role":"u","content":"q","z":2},{"role":"a","content":"1"}],"rejected":[{"role":"u","content":"q","z":2},{"role":"a","content":"2"}]}"#,
      #"{"chosen":[{"role":"u","content":"q"}],"rejected":"x"}"#,
      #"{"prompt":"p","chosen":[{"role":"u","content":"q"}],"rejected":[]}"#,
      #"{"prompt":null,"chosen":"a","rejected":"b"}"#, #"{"chosen":"a"}"#, #"{"rejected":"a"}"#,
      #"{"chosen":1,"rejected":"a"}"#,
      #"{"prompt":"a","completion":"b","label":true}"#, #"{"completion":"b","labels":[]}"#, "[1]",
      #"{"chosen":"a","rejected":"b","completion":"c"}"#, #"{"chosen":[{"role":"u"}],"rejected":[]}"#,
      #"{"chosen":[{"role":"u","content":3}],"rejected":[]}"#, #"{"chosen":[3],"rejected":[]}"#,
    ]
    for row in rows {
      text += "\(row): "
      text += outcome {
        let read = try TextPreferenceFile.read(Array(row.utf8), place: "t")
        return String(decoding: try TextPreferenceFile.data(read), as: UTF8.self)
          + String(decoding: try TextPreferenceFile.data(read.map(\.withExplicitPrompt)), as: UTF8.self)
      }
    }
    text += outcome {
      try TextPreferenceFile.data([
        TextPreference(chosen: .plain("a"), rejected: .plain("b")),
        TextPreference(chosen: .plain("a"), rejected: .messages([])),
      ]).count
    }
    try Recorded.check(text, as: "lines")
  }

  @Test("archives of imitation's and of Minari's")
  func archives() throws {
    let whole: [(name: String, array: TypedArray)] = [
      ("obs", TypedArray([0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [5, 2])),
      ("acts", TypedArray([1, 0, 2], shape: [3])),
      ("rews", TypedArray([0.5, -2, 1], shape: [3])), ("terminal", TypedArray(.bool, shape: [2], bytes: [1, 0])),
      ("indices", TypedArray([2], shape: [1])),
    ]
    var text = ""
    func add(_ changes: [(String, TypedArray?)]) {
      var all = whole
      for (name, array) in changes {
        all.removeAll { $0.name == name }
        if let array { all.append((name, array)) }
      }
      text +=
        changes.map { "\($0.0) \($0.1.map { "\($0.element) \($0.shape)" } ?? "-")" }.joined(separator: ", ") + ": "
      text += outcome {
        let read = try ImitationFile.read(Array(NumPyArchive(all).data()), place: "t")
        return "\(self.text(read.content)) \(read.notes)"
      }
    }
    add([])
    for (name, array) in [
      ("rews", nil), ("obs", nil), ("acts", nil), ("terminal", nil), ("indices", nil),
      ("others", TypedArray([1.0], shape: [1])), ("indices", TypedArray([4], shape: [1])),
      ("indices", TypedArray([-1], shape: [1])), ("indices", TypedArray([0], shape: [1])),
      ("indices", TypedArray([3], shape: [1])),
      ("indices", TypedArray([0.5], shape: [1])), ("terminal", TypedArray(.bool, shape: [3], bytes: [1, 0, 0])),
      ("terminal", TypedArray([1, 0], shape: [2])), ("rews", TypedArray([0.5, -2, 1], shape: [3, 1])),
      ("rews", TypedArray([0.5, -2], shape: [2])), ("obs", TypedArray([0.0, 1, 2, 3, 4, 5, 6, 7], shape: [4, 2])),
      ("obs", TypedArray([0.1, 1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [5, 2])),
      ("obs", TypedArray([0.0, 1, 2, 3, 4], shape: [5])),
      ("obs", TypedArray([0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [5, 2, 1])),
      ("acts", TypedArray([1, 0], shape: [2])),
      ("acts", TypedArray([1, 0, 16_777_217], shape: [3])), ("acts", TypedArray([Int](), shape: [3, 0])),
      ("pactolus_truncated", TypedArray(.bool, shape: [2], bytes: [0, 1])),
      ("pactolus_truncated", TypedArray(.bool, shape: [1], bytes: [0])),
      ("pactolus_truncated", TypedArray([0.5, 1], shape: [2])),
      ("pactolus_start", TypedArray([1, 0, 7, -1, -1, -1], shape: [2, 3])),
      ("pactolus_start", TypedArray([0, 0, 0, 1, 2, 3], shape: [2, 3])),
      ("pactolus_start", TypedArray([1, 0, 7, -1, 0, -1], shape: [2, 3])),
      ("pactolus_start", TypedArray([1, 0, 7], shape: [1, 3])),
      ("rews", TypedArray([0.1, .nan, 1], shape: [3])),
    ] as [(String, TypedArray?)] { add([(name, array)]) }
    for actions in [ImitationFile.Actions.discrete, .continuous] {
      text += outcome {
        let data = try ImitationFile.data(Self.clips, actions: actions)
        let read = try ImitationFile.read(Array(data), place: "t")
        let names = try NumPyArchive(Array(data), place: "t", limit: NumPyArchive.standardLimit, skipping: ["infos"])
          .names
        return "\(data.count) bytes, \(names) \(self.text(read.content)) \(read.notes)"
      }
      var half = Self.clips[0]
      half.actions[0] = 0.5
      text += outcome { try ImitationFile.data([half], actions: actions).count }
      text += outcome { try ImitationFile.data([Self.clips[0], half.segment(0..<0)], actions: actions).count }
      text += outcome { try ImitationFile.data([], actions: actions).count }
    }
    text += outcome { try ImitationFile.read([0x80, 2], place: "t").notes }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func told(_ body: () throws -> Any) -> String { outcome(body).replacing(folder.path, with: "FOLDER") }
    text += told { try ImitationFile.read(folder).notes } + told { try MinariFile.read(folder).notes }
    for (id, size) in [("pactolus/MountainCar-v0", 2), ("pactolus/Pendulum-v1", 3)] {
      let specification = try EnvironmentRegistry.standard.entry(id).specification
      var clip = Self.clips[0]
      clip.observationSize = size
      clip.observations = (0..<3 * size).map { Float($0) }
      for name in ["a/b-v0", "b-v12", "b", "a/b-v", "/b-v0", "a/b-v0x", "a b-v0", "a/c_d-e-v3"] {
        let place = folder.appendingPathComponent(UUID().uuidString)
        text += "\(name): "
        text += told {
          try MinariFile.write([clip, clip], in: specification, named: name, to: place)
          let read = try MinariFile.read(place)
          let metadata = try String(
            decoding: Data(contentsOf: place.appendingPathComponent("data/metadata.json")), as: UTF8.self)
          return "\(self.text(read.content)) \(read.notes)\n\(name == "a/b-v0" ? metadata : "")"
        }
        if name == "b-v12" {
          text += told { try MinariFile.write([clip], in: specification, named: name, to: place) }
            .replacing(place.lastPathComponent, with: "PLACE")
        }
      }
      var half = clip
      half.actions[1] = 0.5
      for (number, wrong) in [half, clip.segment(0..<0), Self.clips[0].segment(0..<1)].enumerated() {
        text += "\(number): " + outcome { try MinariFile.bytes([clip, wrong], in: specification).count }
      }
    }
    for name in ["lengths", "observations", "actions", "rewards", "terminated", "truncated", "start"] {
      let file = try SafetensorsFile(Array(TrajectoryFile.data(Self.clips)), place: "t")
      let fewer = file.tensors.filter { $0.name != name }
      text += outcome {
        try TrajectoryFile.read(
          Array(SafetensorsFile(tensors: fewer, metadata: file.metadata).data()), place: "t"
        ).count
      }
    }
    text += outcome {
      let file = try SafetensorsFile(Array(TrajectoryFile.data(Self.clips)), place: "t")
      return try TrajectoryFile.read(Array(SafetensorsFile(tensors: file.tensors, metadata: [:]).data()), place: "t")
        .count
    }
    try Recorded.check(text, as: "archives")
  }

  @Test("choices on both sides of what is allowed, and the snapshot of a set")
  func choices() throws {
    var text = ""
    let (a, b) = (segment([[1, 2], [3, 4]]), segment([[5, 6]]))
    func add(
      _ options: [Choice.Option], _ target: [Float], _ rationality: Double = 1, _ lapse: Double = 0,
      _ link: ChoiceLink = .softmax
    ) {
      text += outcome {
        var set = ChoiceSet(try encoding(2))
        try set.append(Choice(options: options, target: target, rationality: rationality, lapse: lapse, link: link))
        try set.append(Choice(options: options, target: target, rationality: rationality, lapse: lapse, link: link))
        return "\(set.rows) \(set.clipStarts) \(set.optionStarts) \(set.optionCounts) \(set.optionWeightStarts) "
          + "\(set.optionOffsets) \(set.targets) \(set.weights) \(set.choiceStarts) \(set.rationalities) \(set.lapses) "
          + "\(set.numbers)"
      }
    }
    let pair = [Choice.Option(a), Choice.Option(b)]
    for target in [
      [1, 0], [0.5, 0.5], [0.5, 0.50009], [0.5, 0.50012], [0.5, 0.49991], [0.5, 0.49988], [1.1, -0.1], [1], [.nan, 1],
    ]
      as [[Float]]
    { add(pair, target) }
    for rationality in [0, -0.1, .infinity, 2] { add(pair, [1, 0], rationality) }
    for lapse in [0, 1, -0.1, 1.1] { add(pair, [1, 0], 1, lapse) }
    add([pair[0]], [1])
    add([.nothing, .nothing], [1, 0])
    add([.nothing, pair[0]], [1, 0])
    add([Choice.Option(a, weights: [1, 2]), Choice.Option(b, weights: [3])], [1, 0])
    add([Choice.Option(a, weights: [1]), pair[1]], [1, 0])
    add([Choice.Option(a, weights: [1, .nan]), pair[1]], [1, 0])
    add([pair[0], Choice.Option(b, offset: .infinity)], [1, 0])
    add([pair[0], Choice.Option(b, offset: 0.5)], [1, 0])
    add(
      [Choice.Option(clips: [a, b]), Choice.Option(clips: [b, a]), Choice.Option(clips: [a, b]), Choice.Option(a)],
      [1, 0, 0, 0])
    for cuts in [[], [0], [0, 1], [1, 0], [0, 0], [0, .nan]] as [[Double]] {
      add(pair, [1, 0], 1, 0, .ordinal(cutPoints: cuts))
      add(pair + [.nothing], [1, 0, 0], 1, 0, .ordinal(cutPoints: cuts))
    }
    add(pair + [pair[0]], [1, 0, 0], 1, 0, .ordinal(cutPoints: [0, 1]))
    for rows in [(0, 2), (1, 3), (2, 4), (0, 0)] {
      text += outcome {
        var set = ChoiceSet(try encoding(2))
        _ = try set.append(rows: a)
        _ = try set.append(rows: b)
        try set.append([.init(0..<2), .init(rows.0..<rows.1)], target: [1, 0])
        let chosen = set.subset([0, 0])
        return "\(set.numbers) \(set.clipStarts) \(chosen.choiceStarts) \(chosen.optionStarts)"
      }
    }
    var set = ChoiceSet(try encoding(2))
    try set.append([Choice(options: pair, picked: 0), Choice(options: [pair[1], pair[0]], picked: 1)])
    try set.append(
      Choice(options: [Choice.Option(a, weights: [1, 2]), pair[1]], target: [0.25, 0.75], rationality: 2, lapse: 0.1))
    let snapshot = try set.snapshot()
    let json = String(decoding: snapshot.json, as: UTF8.self)
    text += json + "\n\(try ChoiceSet(snapshot) == set)\n"
    for (old, new) in [
      ("\"rowCount\":9", "\"rowCount\":-9"), ("\"weightCount\":2", "\"weightCount\":-2"),
      ("\"numbers\":[0,0,1]", "\"numbers\":[0,0]"),
      ("\"numbers\":[0,0,1]", "\"numbers\":[0,-1,1]"), ("\"choiceStarts\":[0,", "\"choiceStarts\":[1,"),
      ("\"choiceStarts\":[0,2,4,6]", "\"choiceStarts\":[0,2,4,5]"),
      ("\"choiceStarts\":[0,2,4,6]", "\"choiceStarts\":[0,4,2,6]"),
      ("\"choiceStarts\":[0,2,4,6]", "\"choiceStarts\":[0,2,6]"), ("\"clipStarts\":[0,", "\"clipStarts\":[-1,"),
      ("\"optionCounts\":[2,", "\"optionCounts\":[20,"), ("\"optionCounts\":[2,", "\"optionCounts\":[-2,"),
      ("\"optionStarts\":[0,", "\"optionStarts\":[-1,"), ("\"optionStarts\":[0,", "\"optionStarts\":[8,"),
      ("\"optionWeightStarts\":[-1,", "\"optionWeightStarts\":[-2,"),
      ("\"optionWeightStarts\":[-1,", "\"optionWeightStarts\":[1,"),
      ("\"optionWeightStarts\":[-1,", "\"optionWeightStarts\":[0,"), ("\"lapses\":[0,0,", "\"lapses\":[0,"),
      ("\"rationalities\":[1,1,", "\"rationalities\":[1,"), ("\"optionOffsets\":[0,", "\"optionOffsets\":["),
      ("{", "["),
    ] {
      var changed = snapshot
      changed.json = Data(json.replacing(old, with: new, maxReplacements: 1).utf8)
      text +=
        "\(old) → \(new) \(changed.json == snapshot.json): " + outcome { try ChoiceSet(changed).optionWeightStarts }
    }
    for index in snapshot.tensors.indices {
      var changed = snapshot
      changed.tensors[index].values.removeLast()
      text += outcome { try ChoiceSet(changed).count }
      changed = snapshot
      changed.tensors[index].values[0] = .nan
      text += outcome { try ChoiceSet(changed).count }
    }
    try Recorded.check(text, as: "choices")
  }
}
