import Foundation
import Testing
import Workbench

@Suite("How far people agree, at the workbench")
struct AgreementTests {
  /// Four people and forty comparisons: 1 the first, = a tie, 2 the second, . passed over. Drawn once in Python, with 5 to
  /// 45 % errors.
  static let said = [
    "Ann": "111=112221=11112=22212222122=1=122=12=22", "Ben": "111211=221=11.12222.1.122122=1=122=11==2",
    "Cem": ".1121.=2.====11==22=122222.2=1.122.12==.", "Dan": ".11.112221=2111122==1=.22=12=.==.==2.=22",
  ]
  private static let words: [Character: String] = ["1": "first", "2": "second", "=": "tie"]

  /// Has everybody answer as it is written there.
  static func answer(_ bench: Bench) throws -> Member {
    let olga = try bench.join("Olga", .owner)
    _ = try bench.send(.quality, olga, ["overlap": 4])
    try bench.ask(0..<40)
    for name in ["Ann", "Ben", "Cem", "Dan"] {
      let member = try bench.join(name)
      // The oldest question comes first, and nobody holds one back.
      for (number, letter) in (said[name] ?? "").enumerated() {
        let question = try #require(try bench.questions(member).first)
        bench.wait(1)
        let word = words[letter]
        var body: [String: Any] = [
          "id": "\(name)-\(number)", "question": question.id, "lease": question.lease, "milliseconds": 500,
        ]
        if let word { body["content"] = ["answer": word] } else { body["nonAnswer"] = "skip" }
        try #require(try bench.send(.answers, member, body).status == 200)
      }
    }
    return olga
  }

  private static func figure(_ value: Any?) -> [String: Any] { value as? [String: Any] ?? [:] }

  @Test("α is krippendorff's, κ statsmodels', and the shares of right answers those of a fit by hand")
  func independent() throws {
    try Bench.open { bench in
      let olga = try Self.answer(bench)
      let report = try bench.send(.agreement, olga)
      // krippendorff 0.9.0: alpha(…, level_of_measurement="ordinal").
      let alpha = Self.figure(report["alpha"])
      #expect(abs((alpha["value"] as? Double ?? 0) - 0.637_366_778_702_444_8) < 1e-12)
      let interval = (alpha["low"] as? Double ?? 1, alpha["high"] as? Double ?? 0)
      #expect(interval.0 > 0.4 && interval.0 < 0.637 && interval.1 > 0.637 && interval.1 < 0.85)
      // statsmodels 0.15.0: cohens_kappa(table).kappa.
      let kappas: [String: (Int, Double)] = [
        "Ann Ben": (37, 0.745_412_844_036_697_3), "Ann Cem": (33, 0.588_642_659_279_778_4),
        "Ann Dan": (34, 0.512_385_919_165_580_3), "Ben Cem": (30, 0.603_960_396_039_604),
        "Ben Dan": (31, 0.511_041_009_463_722_3), "Cem Dan": (28, 0.304_015_296_367_112_8),
      ]
      let pairs = report["pairs"] as? [[String: Any]] ?? []
      #expect(pairs.count == 6 && report["pairsLeftOut"] as? Int == 0)
      for pair in pairs {
        let names = "\(pair["first"] ?? "") \(pair["second"] ?? "")"
        let (count, value) = try #require(kappas[names])
        let kappa = Self.figure(pair["kappa"])
        #expect(kappa["count"] as? Int == count)
        #expect(abs((kappa["value"] as? Double ?? 0) - value) < 1e-12, "\(names)")
        #expect((kappa["low"] as? Double ?? 1) < value && (kappa["high"] as? Double ?? 0) > value)
      }
      // Dawid and Skene's model with half a pseudo-answer, by a program in NumPy that shares nothing with ours.
      let shares = ["Ann": 0.844_908_002, "Ben": 0.859_806_018, "Cem": 0.774_478_404, "Dan": 0.628_878_643]
      for person in report["people"] as? [[String: Any]] ?? [] {
        let accuracy = Self.figure(person["accuracy"])
        guard let wanted = shares[person["name"] as? String ?? ""] else {
          #expect(accuracy["unknown"] as? String == "no answers yet")
          continue
        }
        #expect(abs((accuracy["value"] as? Double ?? 0) - wanted) < 1e-6)
        // As wide as with a known truth, at least: of 40 answers no share is known to better than ±4 points.
        #expect((accuracy["low"] as? Double ?? 1) < wanted - 0.04 && (accuracy["high"] as? Double ?? 0) > wanted + 0.04)
        #expect(Self.figure(person["drift"])["state"] as? String == "unknown")
      }
    }
  }

  @Test("the questions on which people differ most come first: those that NumPy finds so")
  func differences() throws {
    try Bench.open { bench in
      let report = try bench.send(.differences, Self.answer(bench))
      let questions = report["questions"] as? [[String: Any]] ?? []
      #expect(questions.prefix(6).compactMap { $0["number"] as? Int }.sorted() == [11, 15, 22, 25, 26, 36])
      let most = questions.prefix(3).compactMap { $0["difference"] as? Double }
      #expect(most.allSatisfy { abs($0 - 2.0 / 3) < 1e-12 } && most.count == 3)
      #expect(questions.prefix(3).allSatisfy { $0["answers"] as? Int == 3 })
      #expect(
        zip(questions, questions.dropFirst()).allSatisfy {
          ($0["difference"] as? Double ?? 0) >= ($1["difference"] as? Double ?? 1)
        })
    }
  }

  @Test("what cannot be known says why")
  func unknown() throws {
    try Bench.open { bench in
      let (olga, ann, ben) = (try bench.join("Olga", .owner), try bench.join("Ann"), try bench.join("Ben"))
      func alpha() throws -> String? {
        Self.figure(try bench.send(.agreement, olga)["alpha"])["unknown"] as? String
      }
      #expect(try alpha() == "no question was answered by two people; two are needed")
      _ = try bench.send(.quality, olga, ["overlap": 2])
      try bench.ask(0..<8)
      func answer(_ count: Int, _ word: String) throws {
        for member in [ann, ben] {
          for question in try bench.questions(member, count: count) { _ = try bench.answer(question, member, word) }
        }
      }
      try answer(1, "first")
      #expect(try alpha() == "one question alone was answered by two people; two are needed")
      try answer(1, "first")
      #expect(try alpha() == "everybody gave one and the same answer, as chance would too")
      try answer(6, "second")
      #expect(try alpha() == "all agree on all 8 questions, from which no interval can be had")
      let report = try bench.send(.agreement, olga)
      let people = report["people"] as? [[String: Any]] ?? []
      #expect(
        Self.figure(people.first { $0["name"] as? String == "Ann" }?["accuracy"])["unknown"] as? String
          == "that two people differ does not tell which of them errs: a third person, or gold, would")
      let reports = try bench.send(.people, olga)["people"] as? [[String: Any]] ?? []
      let times = Dictionary(
        uniqueKeysWithValues: reports.map { ($0["name"] as? String ?? "", Self.figure($0["times"])) })
      #expect(times["Olga"]?.isEmpty == true)
      #expect(times["Ann"]?["median"] as? Double == 500 && times["Ann"]?["ninety"] as? Double == 500)
    }
  }

  @Test("who always says the same has no κ, and a share of right answers that few answers do not make certain")
  func degenerate() throws {
    try Bench.open { bench in
      let olga = try bench.join("Olga", .owner)
      _ = try bench.send(.quality, olga, ["overlap": 3])
      try bench.ask(0..<8)
      for (name, word) in [("Ann", "first"), ("Ben", "second"), ("Cem", "first")] {
        let member = try bench.join(name)
        for question in try bench.questions(member, count: 8) { _ = try bench.answer(question, member, word) }
      }
      let report = try bench.send(.agreement, olga)
      let kappas = (report["pairs"] as? [[String: Any]] ?? []).map { Self.figure($0["kappa"])["unknown"] as? String }
      #expect(
        kappas == [
          "one of them gave one and the same answer to all", "both gave one and the same answer, as chance would too",
          "one of them gave one and the same answer to all",
        ])
      let people = report["people"] as? [[String: Any]] ?? []
      let ann = Self.figure(people.first { $0["name"] as? String == "Ann" }?["accuracy"])
      // Clopper and Pearson of 7 right answers of 8: 47 % to 99.7 %.
      #expect((ann["low"] as? Double ?? 1) < 0.48 && (ann["high"] as? Double ?? 0) > 0.99)
    }
  }

  @Test("the time that nine of ten answers take is NumPy's quantile")
  func times() throws {
    // numpy.quantile([120, 4000, 350, 900, 77, 610], [.5, .9]) is [480, 2450].
    let times = try #require(PersonReport.Times([120, 4000, 350, 900, 77, 610]))
    #expect(times.count == 6 && times.median == 480 && abs(times.ninety - 2450) < 1e-9)
    #expect(PersonReport.Times([]) == nil)
  }

  @Test("who begins to err is noticed by the answers whose rightness is known, and who does not, is not")
  func drift() throws {
    try Bench.open { bench in
      let (olga, ann, ben) = (try bench.join("Olga", .owner), try bench.join("Ann"), try bench.join("Ben"))
      _ = try bench.send(.quality, olga, ["overlap": 2])
      try bench.ask(0..<40)
      for (member, wrongFrom) in [(ann, 20), (ben, 40)] {
        for number in 0..<40 {
          let question = try #require(try bench.questions(member).first)
          _ = try bench.answer(question, member, number < wrongFrom ? "first" : "second")
        }
      }
      for id in 1...40 {
        let body: [String: Any] = ["question": id, "content": ["answer": "first"], "counts": false]
        #expect(try bench.send(.decide, olga, body).status == 200)
      }
      let people = try bench.send(.agreement, olga)["people"] as? [[String: Any]] ?? []
      let drifts = ["Ann", "Ben"].map { name in
        Self.figure(people.first { $0["name"] as? String == name }?["drift"])
      }
      #expect(drifts.map { $0["state"] as? String } == ["drifting", "none"])
      #expect(drifts[0]["beganAfter"] as? Int == 20 && drifts[0]["checked"] as? Int == 40)
      #expect(drifts[0]["wrong"] as? Int == 20 && (drifts[0]["alarmedAt"] as? Int ?? 0) > 20)
      #expect(drifts[1]["wrong"] as? Int == 0)
    }
  }
}
