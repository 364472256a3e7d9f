import Compute
import Environments
import Feedback
import Files
import Foundation
import Recorded
import Rewards
import Testing

/// Settings, questions, people and training, kept word for word: the second net under tests with right values.
@Suite("Feedback, word for word")
struct RecordedFeedbackTests {
  private func table<Section: SettingsSection>(_ section: Section) -> String {
    "[\(Section.section)]\n"
      + Section.settings.map { setting in
        "\(setting.name) = \(setting.read(section)) of \(setting.kind) formerly \(setting.formerNames), "
          + "absent \(setting.valueWhereAbsent.map { "\($0)" } ?? "-")\n"
      }.joined()
  }

  @Test("every setting's name, value and limits")
  func settings() throws {
    try Recorded.check(
      table(FeedbackSettings()) + table(PersonSettings()) + table(RewardSettings()) + table(DemonstrationSettings()),
      as: "settings")
  }

  @Test("settings that go together or do not")
  func settingsTogether() throws {
    var text = ""
    for (comparisons, share) in [(10, 0.1), (10, 0.09), (1, 1), (1, 0.99), (500, 0.002), (499, 0.002)] {
      var settings = FeedbackSettings()
      (settings.comparisons, settings.initialShare) = (comparisons, share)
      text += "\(comparisons) × \(share): " + outcome { try settings.validate() }
    }
    for kinds in ["comparison", " comparison , rating", "comparison,rating,comparison", "rating,", "ratting", ""] {
      var settings = FeedbackSettings()
      settings.kinds = kinds
      text += "kinds '\(kinds)': " + outcome { try settings.kindNames() }
    }
    text += FeedbackSettings.HypotheticalAim.allCases.map { "\($0): \($0.aims)\n" }.joined()
    for (count, flawed, accuracy, overlap) in [
      (1, nil, nil, 0), (1, 1, nil, 0), (1, 2, nil, 0), (3, 3, 0.7, 0.1), (2, nil, 0.7, 0.1), (3, nil, 0.7, 0),
      (3, 4, 0.7, 0.1), (4, 0, 0.7, 1), (2, nil, nil, 0),
    ] as [(Int, Int?, Double?, Double)] {
      for fallback in Deferral.Fallback.allCases {
        var settings = PersonSettings()
        (settings.count, settings.flawed, settings.requiredAccuracy) = (count, flawed, accuracy)
        (settings.overlap, settings.fallback) = (overlap, fallback)
        settings.flaws.slips = 0.25
        text += "\(count) people, \(flawed.map(String.init) ?? "-"), \(accuracy ?? -1), \(overlap), \(fallback): "
        text += outcome { try settings.validate() }
        text += "  remembered \(settings.isRemembered), details \(settings.comparisonDetails), "
        text += "deferral \(settings.deferral.map { "\($0)" } ?? "-")\n"
        if (flawed ?? 0) <= count { text += "  slips \(settings.people.members.map(\.flaws.slips))\n" }
      }
    }
    for kind in PersonSettings.Kind.allCases {
      for (side, length) in [(0, 0), (0.1, 0), (0, 0.1)] as [(Double, Double)] {
        var settings = PersonSettings()
        settings.kind = kind
        (settings.flaws.sideBias, settings.flaws.lengthBias) = (side, length)
        text += "\(kind) \(side) \(length): \(settings.simulated), ties \(settings.comparisonDetails.ties), "
        text += outcome { try settings.validate() }
      }
    }
    var drifting = PersonSettings()
    drifting.flaws.drift = 0.01
    var live = PersonSettings()
    live.answering = .live
    text += "\(drifting.isRemembered) \(live.comparisonDetails)\n"
    for (uses, adaptive, share, decay) in [
      ([true, false, false, false], false, 0, 0), ([false, true, false, false], true, 0.3, 0.1),
      ([false, false, true, false], true, 0, 0.1), ([false, false, false, true], true, 0.3, 0),
      ([false, false, false, false], false, 0.3, 0.1), ([true, true, true, true], true, 0.3, 0.1),
    ] as [([Bool], Bool, Double, Double)] {
      var settings = RewardSettings()
      (settings.useObservation, settings.useAction) = (uses[0], uses[1])
      (settings.useNextObservation, settings.useTermination) = (uses[2], uses[3])
      (settings.adaptiveRegularization, settings.heldOutShare, settings.weightDecay) = (adaptive, share, decay)
      text += outcome { try settings.validate() } + "  \(settings.model)\n  \(settings.training)\n"
    }
    try Recorded.check(text, as: "settings-together")
  }

  @Test("people at the limits of what makes sense")
  func people() throws {
    var text = ""
    let edges: [Double] = [-0.001, 0, 0.5, 1, 1.001, .infinity, .nan]
    for value in edges {
      text += "rational \(value): " + outcome { try SimulatedJudgment.rational(discount: value).validate() }
      text += "boltzmann \(value): " + outcome { try SimulatedJudgment.boltzmann(temperature: value).validate() }
      text += outcome { try SimulatedJudgment.boltzmann(temperature: 1, discount: value).validate() }
      text += outcome { try SimulatedJudgment.boltzmann(temperature: 1, discount: 1, threshold: value).validate() }
      for teacher in [
        BPrefTeacher(rationality: value), BPrefTeacher(myopia: value), BPrefTeacher(mistakeProbability: value),
        BPrefTeacher(skipShare: value), BPrefTeacher(equalShare: value),
      ] { text += "teacher: " + outcome { try SimulatedJudgment.bPref(teacher).validate() } }
      for part in [
        \PersonFlaws.lazy, \.skips, \.slips, \.adversarial, \.drift, \.tieBand, \.sideBias, \.lengthBias,
      ] as [WritableKeyPath<PersonFlaws, Double>] {
        var flaws = PersonFlaws()
        flaws[keyPath: part] = value
        for base in [SimulatedJudgment.rational(), .bPref(.oracle())] {
          let person = SimulatedPerson(base, flaws: flaws)
          text += outcome { try person.validate() } + "  ties \(person.canTie)\n"
        }
      }
    }
    for base in [
      SimulatedJudgment.rational(discount: 0.9), .boltzmann(temperature: 0.5, discount: 0.8),
      .boltzmann(temperature: 0), .bPref(.stochastic(rationality: 3)), .bPref(.mistake(probability: 0.2)),
      .bPref(.mistake(probability: 0.7)), .bPref(.equal()), .bPref(.skip()), .bPref(.myopic()),
    ] {
      for key in PersonFlaws.LazyKey.allCases {
        for (lazy, drift, band) in [(0, 0, 0), (0.1, 0, 0), (0, 0.1, 0), (0, 0, 0.1)] as [(Double, Double, Double)] {
          var flaws = PersonFlaws()
          (flaws.lazyKey, flaws.lazy, flaws.drift, flaws.tieBand) = (key, lazy, drift, band)
          (flaws.sideBias, flaws.lengthBias) = (0.25, -0.5)
          let person = SimulatedPerson(base, flaws: flaws)
          text += "\(base) \(key): \(person.canTie), \(SimulatedRespondent(person).person)\n"
        }
      }
    }
    var teacher = BPrefTeacher(skipShare: 0.5, equalShare: 0.25)
    teacher.squaresShares = true
    for _ in 0..<3 {
      teacher.adapt(to: RecentReturns(meanTrueReturn: 8, segmentLength: 5, maximumEpisodeSteps: 20))
      text += "\(teacher)\n"
    }
    var tied = BPrefTeacher.oracle()
    tied.equalThreshold = 0.1
    text += "\(tied.canTie) \(BPrefTeacher.oracle().canTie)\n"
    try Recorded.check(text, as: "people-limits")
  }

  @Test("what flawed people answer")
  func answers() throws {
    var text = ""
    let clips = [
      rewarded([1, 2, 3]), rewarded([3, 2, 1]), rewarded([1, 1]), rewarded([-1, 4, 0.5, 0.5]), rewarded([2, 2, 2.05]),
    ]
    var flaws: [PersonFlaws] = []
    for part in [
      \PersonFlaws.lazy, \.skips, \.slips, \.adversarial, \.drift, \.tieBand, \.sideBias, \.lengthBias,
    ] as [WritableKeyPath<PersonFlaws, Double>] {
      for key in PersonFlaws.LazyKey.allCases {
        var flaw = PersonFlaws()
        flaw[keyPath: part] = 0.4
        flaw.lazyKey = key
        flaws.append(flaw)
      }
    }
    var teacher = BPrefTeacher(
      rationality: 1.5, myopia: 0.8, mistakeProbability: 0.2, skipShare: 0.3, equalShare: 0.1)
    teacher.adapt(to: RecentReturns(meanTrueReturn: 20, segmentLength: 3, maximumEpisodeSteps: 5))
    for base in [
      SimulatedJudgment.rational(discount: 0.9), .boltzmann(temperature: 0.5, discount: 0.8),
      .boltzmann(temperature: 0, discount: 0.8), .bPref(teacher),
    ] {
      for (number, flaw) in flaws.enumerated() {
        var person = SimulatedPerson(base, flaws: flaw)
        person.answered = 500
        var random = RandomSource(seed: 3).stream("answers", number)
        for first in clips {
          text += clips.map { person.answer(first: first, second: $0, random: &random).rawValue.prefix(2) }
            .joined(separator: " ")
          text += "; "
        }
        text += "\n"
      }
    }
    try Recorded.check(text, as: "people-answers")
  }

  @Test("questions over the rounds, batches, scores")
  func asking() throws {
    var text = ""
    for schedule in QuestionSchedule.allCases {
      for (total, share, rounds) in [(100, 0.1, 7), (37, 0.25, 5), (10, 0, 1), (5, 1, 3), (0, 0.5, 2), (12, 0.5, 12)] {
        text += "\(schedule) \(total) \(share) \(rounds): "
        text += outcome { try schedule.comparisons(total: total, initialShare: share, iterations: rounds) }
      }
    }
    for (total, share, rounds) in [(-1, 0.5, 2), (5, -0.01, 2), (5, 1.01, 2), (5, 0.5, 0), (5, .nan, 2)] {
      text += outcome {
        try QuestionSchedule.constant.comparisons(total: total, initialShare: share, iterations: rounds)
      }
    }
    for seed in 0..<4 as Range<UInt64> {
      var random = RandomSource(seed: seed).stream("points")
      let points = (0..<14).map { _ in [random.normal(), random.normal(), 0.3 * random.normal()] }
      let scores = points.map { (4 * abs($0[0])).rounded() - 2 }
      for batch in BatchSelection.allCases {
        for count in [0, 1, 3, 6, 13, 14, 20] {
          text += "\(batch) \(count): \(batch.choose(count, scores: scores, points: points, &random))\n"
        }
        for limit in [2, 3] {
          text += "  \(batch.choose(2, scores: Array(scores[..<limit]), points: Array(points[..<limit]), &random))\n"
        }
      }
      for selection in QuestionSelection.allCases {
        for differences in [[-1.5, 0.25, 2], [0.3, 0.8], [-2, -0.5, -1, 0], [0, 0.0], [-3, 4, 1, 0.5]] {
          for likelihood in [ChoiceLikelihood(), ChoiceLikelihood(lapse: 0.2, threshold: 1)] {
            text += "\(selection) \(selection.score(differences, likelihood: likelihood, random: &random)) "
          }
        }
        text += "\n"
      }
    }
    try Recorded.check(text, as: "asking")
  }

  @Test("how far people agree, and how often each is right")
  func reliability() throws {
    var text = ""
    var random = RandomSource(seed: 8).stream("ratings")
    let truth = (0..<40).map { _ in random.below(3) }
    func rated(_ accuracy: Double) -> [Int] {
      truth.map { random.bernoulli(accuracy) ? $0 : random.below(3) }
    }
    let people = [rated(0.9), rated(0.7), rated(0.4)]
    let source = RandomSource(seed: 9)
    for level in Agreement.Level.allCases {
      text += "\(level) κ \(Agreement.kappa(people[0], people[1], labels: 3, level: level) ?? -9), "
      let pair = Agreement.kappaInterval(
        people[0], people[1], labels: 3, level: level, confidence: 0.9, resamples: 200, random: source)
      text += "\(pair.map { "\($0)" } ?? "-")\n"
      var sparse = people.map { $0.map { Double($0) as Double? } }
      for item in stride(from: 0, to: 40, by: 3) { sparse[item % 3][item] = nil }
      for item in 0..<4 { (sparse[0][item], sparse[1][item]) = (nil, nil) }
      text += "α \(Agreement.alpha(sparse, level) ?? -9), "
      let interval = Agreement.alphaInterval(sparse, level, confidence: 0.9, resamples: 200, random: source)
      text += "\(interval.map { "\($0)" } ?? "-")\n"
    }
    text += "\(Agreement.kappa([], [], labels: 2) ?? -9) \(Agreement.kappa([0], [0], labels: 2) ?? -9)\n"
    text += "\(Agreement.kappaInterval([0], [0], labels: 2, random: source) == nil) "
    text += "\(Agreement.alphaInterval([[1], [2]], random: source) == nil) "
    text += "\(Agreement.kappaInterval([0, 1], [0, 1], labels: 2, random: source) == nil)\n"
    let ratings = people.enumerated().flatMap { person, labels in
      labels.enumerated().map { PersonRating(person: person, item: $0, label: $1) }
    }
    for (gold, smoothing) in [([:], 0), ([:], 0.5), ([0: 1, 3: 0, 44: 2], 0.5)] as [([Int: Int], Double)] {
      let fit = try DawidSkene(ratings, labels: 3, gold: gold, smoothing: smoothing)
      text +=
        "\(fit.prevalences) \(fit.people) \(fit.converged) \(fit.logLikelihoods.count) \(fit.logLikelihoods.last!)\n"
      text += (0..<3).map { "\(fit.confusion(of: $0)) \(fit.accuracy(of: $0))\n" }.joined()
      text += "\(fit.posteriors.indices.map { fit.label(of: $0) })\n"
    }
    text += "\(try DawidSkene(ratings, labels: 3, iterations: 3).converged)\n"
    for (bad, gold) in [
      ([], [:]), ([(-1, 0, 0)], [:]), ([(0, -1, 0)], [:]), ([(0, 0, -1)], [:]), ([(0, 0, 2)], [:]),
      ([(0, 0, 0)], [0: 2]), ([(0, 0, 0)], [-1: 1]), ([(0, 0, 1)], [2: 1]), ([(0, 0, 0)], [0: -1]),
    ] as [([(Int, Int, Int)], [Int: Int])] {
      text += outcome {
        try DawidSkene(bad.map { PersonRating(person: $0.0, item: $0.1, label: $0.2) }, labels: 2, gold: gold)
          .logLikelihoods.count
      }
    }
    for (count, resamples) in [(40, 60), (1, 60), (40, 1), (5, 60), (4, 60)] {
      let some = ratings.filter { $0.item < count }
      let assessed = try PersonReliability.assess(
        some, labels: 3, gold: [0: 1, 1: truth[1], 2: truth[2]], level: 0.9, resamples: resamples, random: source)
      text += assessed.map { person in
        "\(person) \([0.2, 0.5, 0.9].map { person.isReliable(atLeast: $0).map { "\($0)" } ?? "-" })\n"
      }.joined()
    }
    let binary = (0..<4).flatMap { person in
      truth.indices.map { item in
        PersonRating(
          person: person, item: item,
          label: person == 3 ? random.below(2) : random.bernoulli(0.95) ? truth[item] % 2 : 1 - truth[item] % 2)
      }
    }
    for (people, items) in [(4, 40), (4, 20), (4, 19), (2, 40), (3, 40)] {
      let notices = try Deferral(requiredAccuracy: 0.8).notices(
        binary.filter { $0.person < people && $0.item < items }.filter { people != 3 || $0.person != 1 }
          + (people == 3 ? binary.filter { $0.person == 3 } : []),
        among: [3, 0, 2, 9], answers: 77, random: source)
      text += "\(people) \(items): \(notices)\n"
    }
    try Recorded.check(text, as: "reliability")
  }

  @Test("people fitted to answers")
  func fits() throws {
    var text = ""
    var random = RandomSource(seed: 12).stream("fits")
    var answers: [PersonFit.Answer] = []
    for number in 0..<120 {
      let first = (0..<(2 + number % 3)).map { _ in random.normal() }
      let second = (0..<3).map { _ in random.normal() }
      let utility = 1.5 * (first.reduce(0, +) - second.reduce(0, +)) + 0.3
      let said: ComparisonAnswer =
        number % 17 == 0
        ? .skipped
        : abs(utility) < 0.4 ? .tie : random.bernoulli(1 / (1 + exp(-utility))) ? .first : .second
      answers.append(
        .init(
          first: first, second: second, answer: said, firstValueChange: random.normal(),
          secondValueChange: random.normal()))
    }
    for part in PersonFit.Part.allCases { text += "\(part): \(part.prior), \(part.neutral)\n" }
    let noTies = answers.filter { $0.answer != .tie }
    let frees: [[PersonFit.Part]] = [
      PersonFit.Part.allCases, [.rationality, .lapse], [.lapse], [.rationality, .tieThreshold, .discount],
    ]
    for (free, used) in zip(frees.map { Set($0) }, [answers, answers, answers, noTies]) {
      let fit = try PersonFit(used, free: free, level: 0.9)
      text += "\(fit.model) loss \(fit.loss) \(fit.converged)\n"
      for part in PersonFit.Part.allCases {
        text += "  \(part) \(fit.values[part] ?? -9) \(fit.interval(of: part).map { "\($0)" } ?? "-")\n"
      }
    }
    text += outcome { try PersonFit([.init(first: [1], second: [2], answer: .skipped)], free: [.lapse]).loss }
    text += outcome { try PersonFit([.init(first: [.nan], second: [2], answer: .tie)], free: [.lapse]).loss }
    text += outcome {
      try PersonFit([.init(first: [1], second: [2], answer: .tie, secondValueChange: .infinity)], free: [.lapse]).loss
    }
    for (people, ties) in [(1, false), (1, true), (3, false), (3, true)] {
      var compared: [RatedPairs.Answer] = []
      for number in 0..<90 {
        let (a, b) = (number % 4, (number + 1 + number / 4 % 3) % 4)
        let utility = 0.8 * Double(b - a) * (number % people == 2 ? 0.3 : 1)
        let preference = random.bernoulli(1 / (1 + exp(-utility))) ? 1 : -1
        compared.append(
          .init(person: number % people, first: a, second: b, preference: ties && number % 5 == 0 ? 0 : preference))
      }
      let fit = try RatedPairs(compared, level: 0.9)
      text += "\(people) \(ties): loss \(fit.loss) \(fit.converged)\n"
      text += fit.scores.map { "  \($0)\n" }.joined() + fit.people.map { "  \($0)\n" }.joined()
    }
    for bad in [
      RatedPairs.Answer(person: -1, first: 0, second: 1, preference: 0), .init(first: -1, second: 1, preference: 0),
      .init(first: 0, second: -1, preference: 0), .init(first: 1, second: 1, preference: 0),
      .init(first: 0, second: 1, preference: 2), .init(first: 0, second: 1, preference: -2),
    ] { text += outcome { try RatedPairs([bad]).loss } }
    text += outcome { try RatedPairs([]).loss }
    for (usual, unusual, wanted) in [(0.1, 0.3, 500), (0.05, 0.5, 1), (0.2, 0.21, 2000), (0.01, 0.9, 1e6)] {
      let alarm = DriftAlarm(usualErrors: usual, unusualErrors: unusual, answersBetweenFalseAlarms: wanted)
      text += "\(alarm.step) \(alarm.threshold) \(alarm.answersBetweenFalseAlarms)"
      text += " \([0, 0.05, 0.5, 1].map { alarm.meanRunLength(errors: $0) })\n"
      var noted = alarm
      var errors = RandomSource(seed: 1).stream("errors")
      for _ in 0..<60 {
        noted.note(wrong: errors.bernoulli(0.4))
        text += "\(noted.sum),\(noted.lastQuiet)" + (noted.alarmedAt.map { "!\($0)" } ?? "") + " "
      }
      text += "\n"
    }
    try Recorded.check(text, as: "people-fits")
  }

  @Test("training of a reward model, and what it predicts")
  func training() throws {
    var text = ""
    let set = try randomChoices(
      40, features: 2, steps: 3, weights: [1, -0.5], person: SimulatedJudgment.boltzmann(temperature: 0.5), seed: 5)
    for (members, bootstrap, adaptive, deviation, discount) in [
      (1, true, false, nil, 1), (3, true, true, 2, 0.9), (2, false, false, nil, 0.5),
    ] as [(Int, Bool, Bool, Double?, Double)] {
      var model = try rewardModel(features: 2, hidden: [5], members: members, normalize: true, deviation: deviation)
      let settings = RewardTrainingSettings(
        epochs: 3, batch: 7, learningRate: 0.02, weightDecay: 0.1, lapse: 0.1, temperature: 0.7, discount: discount,
        threshold: 3, heldOutShare: adaptive ? 0.3 : 0, bootstrap: bootstrap,
        adaptiveRegularization: adaptive ? AdaptiveRegularization() : nil)
      let trainer = try RewardTrainer(settings)
      let random = RandomSource(seed: 6)
      text += "\(try trainer.train(&model, on: set, random: random))\n"
      text += "\(try trainer.train(&model, on: set, epochs: 1, random: random)) \(trainer.trainings)\n"
      text += "\(trainer.heldOutChoices(of: set, random: random))\n"
      text += "\(model.outputMeans) \(model.outputScales)\n"
      let predictions = try ChoicePredictor(model, settings: settings).predictions(set, choices: [3, 0, 17])
      text += predictions.map { "\($0)\n" }.joined() + "\(ChoiceScores(predictions))\n"
      let fit = try RationalityFit(set, groups: (0..<40).map { $0 % 2 }, model: model, settings: settings, level: 0.9)
      text += "\(fit)\n"
    }
    let other = try rewardModel(features: 3, hidden: [])
    text += outcome { try ChoicePredictor(other, settings: .init()).predictions(set) }
    text += outcome { try RationalityFit(set, groups: [Int](repeating: 0, count: 40), model: other, settings: .init()) }
    for (low, high, factor) in [
      (0, 0, 0.1), (0, 0.1, 0.1), (-0.1, 1, 0.1), (1, 1, 0.1), (1, 2, 0), (1, 2, 1), (1, 2, 0.99),
    ] { text += outcome { try AdaptiveRegularization(low: low, high: high, factor: factor).validate() } }
    for change in [
      { $0.epochs = 0 }, { $0.epochs = -1 }, { $0.batch = 0 }, { $0.batch = 1 }, { $0.learningRate = 0 },
      { $0.learningRate = .infinity }, { $0.weightDecay = 0 }, { $0.weightDecay = -0.1 },
      { $0.weightDecay = .infinity },
      { $0.lapse = 0 }, { $0.lapse = -0.1 }, { $0.lapse = 1 }, { $0.temperature = 0 }, { $0.temperature = .infinity },
      { $0.discount = 0 }, { $0.discount = 1 }, { $0.discount = 1.1 }, { $0.discount = -0.1 }, { $0.threshold = 0 },
      { $0.threshold = .infinity }, { $0.heldOutShare = 0 }, { $0.heldOutShare = -0.1 }, { $0.heldOutShare = 1 },
      { $0.adaptiveRegularization = .init() },
      {
        $0.adaptiveRegularization = .init()
        $0.heldOutShare = 0.5
      },
      {
        $0.adaptiveRegularization = .init()
        $0.heldOutShare = 0.5
        $0.weightDecay = 0
      },
    ] as [(inout RewardTrainingSettings) -> Void] {
      var settings = RewardTrainingSettings()
      change(&settings)
      text += outcome { try settings.validate() }
    }
    text += "\(RewardTrainingSettings())\n"
    try Recorded.check(text, as: "training")
  }

  @Test("comparisons of ranked demonstrations, and made-up behaviour")
  func rankingAndBehavior() throws {
    var text = ""
    var random = RandomSource(seed: 2).stream("ranking")
    let clips = (0..<5).map { number in rewarded((0..<(4 + number)).map { Float($0 * number) }) }
    let ranking = try DemonstrationRanking(clips, ranks: [2, 0, 1, 1, 3])
    for later in [false, true] {
      for choice in try ranking.comparisons(20, lengths: 2...5, laterStarts: later, random: &random) {
        text += "\(choice.options.map { $0.clips[0].rewards }) \(choice.target) \(choice.lapse)\n"
      }
    }
    text += "\(try DemonstrationRanking(byTrueReturn: clips).ranks)\n"
    for (clips, ranks) in [([], []), (clips, [1]), (clips, [1, 1, 1, 1, 1])] as [([Trajectory], [Int])] {
      text += outcome { try DemonstrationRanking(clips, ranks: ranks).ranks }
    }
    for id in ["pactolus/MountainCar-v0", "pactolus/Pendulum-v1"] {
      let entry = try EnvironmentRegistry.standard.entry(id)
      let source = RandomSource(seed: 4)
      let seen = entry.randomClips(3, steps: 12, random: source)
      let encoding = try TransitionEncoding(RewardInputs(), specification: entry.specification)
      let model = try RewardModel(
        RewardModelSettings(hidden: [4], members: 2), encoding: encoding, random: RandomSource(seed: 1))
      var set = ChoiceSet(encoding)
      try set.append(Choice(options: seen.map { Choice.Option($0) }, picked: 0))
      for limit in [5, 256] {
        let judged = JudgedSample(set, limit: limit)
        text += "\(seen.map { judged.distance(to: $0) })\n"
        for aim in HypotheticalBehavior.Aim.allCases {
          var stream = source.stream("made up")
          let made = HypotheticalBehavior(aim, steps: 6, population: 6, elites: 2, rounds: 3).synthesize(
            in: entry, start: seen[0].start!, source: source, evaluator: RewardEvaluator(model), judged: judged,
            random: &stream)
          let score = HypotheticalBehavior(aim, steps: 6).score(
            of: made, entry.specification, RewardEvaluator(model), judged)
          text += "\(aim) \(made.actions) \(score)\n"
        }
      }
    }
    try Recorded.check(text, as: "ranking-and-behavior")
  }

  @Test("what sentences mean")
  func language() throws {
    let features = try FeedbackWorld(EnvironmentRegistry.standard.entry("pactolus/MountainCar-v0")).features
    let grammar = LanguageGrammar(features)
    let (one, two) = (features[0].name, features[1].name)
    var text = "\(grammar.examples)\n\(LanguageGrammar([]).examples)\n\(LanguageGrammar([features[0]]).examples)\n"
    text += features.map { "\($0.name): \($0.synonyms) \($0.moreWords) \($0.lessWords) \($0.isCost)\n" }.joined()
    var sentences = [
      "", " . ", one, "prefer \(one)", "avoid \(one).", "do not avoid the \(one)", "never, never \(one)", "more \(two)",
      "prefer \(one) and \(two)", "prefer \(one) blurp", "prefr \(one)", "prefer nothing", "please keep it",
      "\(one) matters as much as \(two)", "\(one) matters twice as much as \(two)",
      "\(one) matters three times as much as \(two)", "\(one) matters 1000 times as much as \(two)",
      "\(one) matters 1001 times as much as \(two)", "\(one) matters 0 times as much as \(two)",
      "\(one) matters 0.25 times as much as the \(two)", "\(one) matters half as much as \(one)",
      "\(one) matters -2 times as much as \(two)", "\(one) matters inf as much as \(two)",
      "\(one) matters as much than \(two)", "\(one) matters as much as", "matters as much as \(two)",
      "\(one) \(two) matters as much as \(two)", "\(one) matters as much as \(one) \(two)",
      "blurp \(one) matters as much as \(two)", "\(one) matters lots as much as \(two)",
      "\(two) matter ten times as much as \(one)",
      "prefer \(one) " + [String](repeating: "the", count: 38).joined(separator: " "),
      "prefer \(one) " + [String](repeating: "the", count: 39).joined(separator: " "),
    ]
    for feature in features {
      sentences += feature.synonyms.map { "less \($0)" } + feature.moreWords + feature.lessWords.map { "not \($0)" }
    }
    for sentence in sentences { text += "\(sentence.prefix(60)): " + outcome { try grammar.parse(sentence) } }
    try Recorded.check(text, as: "language")
  }
}
