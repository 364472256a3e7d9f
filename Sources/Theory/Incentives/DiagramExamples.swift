import Compute

extension InfluenceDiagram {
  /// Diagrams by name: of the literature, and small ones with numbers of our own.
  package static let examples: [(name: String, text: String)] = [
    (
      "content-recommender",
      """
      diagram: content-recommender
      about: >-
        A recommender knows a model of its readers' original opinions, chooses posts, and wants clicks. Posts also
        influence opinions (Everitt et al. 2021).
      chance:
        original opinions: []
        model of opinions: [original opinions]
        influenced opinions: [original opinions, posts]
      decisions:
        posts: [model of opinions]
      utilities:
        clicks: [posts, influenced opinions]
      """
    ),
    (
      "predicted-clicks",
      """
      diagram: predicted-clicks
      about: >-
        The same recommender paid for the clicks that the model of the original opinions predicts: nothing is gained by
        influencing anyone (Everitt et al. 2021).
      chance:
        original opinions: []
        model of opinions: [original opinions]
        influenced opinions: [original opinions, posts]
      decisions:
        posts: [model of opinions]
      utilities:
        predicted clicks: [posts, model of opinions]
      """
    ),
    (
      "recommender-with-numbers",
      """
      diagram: recommender-with-numbers
      about: >-
        The content recommender with tables of our own. A mild post keeps opinions; a fierce one makes most readers
        extreme, and extreme readers click fierce posts most.
      chance:
        original opinions: {outcomes: [moderate, extreme], table: [0.7, 0.3]}
        model of opinions:
          parents: [original opinions]
          outcomes: [moderate, extreme]
          table:
            moderate: [0.8, 0.2]
            extreme: [0.2, 0.8]
        influenced opinions:
          parents: [original opinions, posts]
          outcomes: [moderate, extreme]
          table:
            moderate, mild: [0.95, 0.05]
            moderate, fierce: [0.5, 0.5]
            extreme, mild: [0.2, 0.8]
            extreme, fierce: extreme
      decisions:
        posts: {parents: [model of opinions], outcomes: [mild, fierce]}
      utilities:
        clicks:
          parents: [posts, influenced opinions]
          table:
            mild, moderate: 0.65
            mild, extreme: 0.2
            fierce, moderate: 0.1
            fierce, extreme: 0.9
      """
    ),
    (
      "grade-predictor",
      """
      diagram: grade-predictor
      about: A predictor of grades may use the school, and so responds to race without knowing it (Everitt et al. 2021).
      chance:
        race: []
        high school: [race]
        education: [high school]
        gender: []
        grade: [education]
      decisions:
        predicted grade: [high school, gender]
      utilities:
        accuracy: [grade, predicted grade]
      """
    ),
    (
      "fitness-tracker",
      """
      diagram: fitness-tracker
      about: How many calories to recommend, by a step count that the tracker's firmware decides (Everitt et al. 2021).
      chance:
        tracking device: []
        tracker firmware: [tracking device]
        activity: []
        step count: [tracker firmware, activity]
        estimation formula: []
        estimated walking distance: [estimation formula, step count]
        doctor: [activity]
      decisions:
        calories: [tracker firmware, step count, estimated walking distance]
      utilities:
        fitness: [calories, activity]
      """
    ),
    (
      "party",
      """
      diagram: party
      about: Inside or outside, by a forecast that is right four times in five or better.
      chance:
        weather: {outcomes: [dry, rain], table: [0.7, 0.3]}
        forecast:
          parents: [weather]
          outcomes: [sunny, wet]
          table:
            dry: [0.9, 0.1]
            rain: {sunny: 0.2, wet: 0.8}
      decisions:
        place: {parents: [forecast], outcomes: [inside, outside]}
      utilities:
        fun:
          parents: [weather, place]
          table: {"dry, inside": 5, "dry, outside": 10, "rain, inside": 5, "rain, outside": 0}
      """
    ),
    (
      "two-tests",
      """
      diagram: two-tests
      about: >-
        Test a medicine first, or give it at once? Two decisions; the second knows what the first chose and found.
      chance:
        works: {outcomes: [no, yes], table: [0.5, 0.5]}
        result:
          parents: [test, works]
          outcomes: [none, bad, good]
          table:
            skip, no: none
            skip, yes: none
            run, no: {bad: 0.9, good: 0.1}
            run, yes: {bad: 0.2, good: 0.8}
      decisions:
        test: {outcomes: [skip, run]}
        give: {parents: [test, result], outcomes: [no, yes]}
      utilities:
        price: {parents: [test], table: {skip: 0, run: -1}}
        health:
          parents: [give, works]
          table: {"no, no": 0, "no, yes": 0, "yes, no": -10, "yes, yes": 8}
      """
    ),
    (
      "prisoners-dilemma",
      """
      diagram: prisoners-dilemma
      about: Two agents, each better off betraying whatever the other does.
      decisions:
        first: {agent: one, outcomes: [silent, betray]}
        second: {agent: two, outcomes: [silent, betray]}
      utilities:
        years of one:
          agent: one
          parents: [first, second]
          table: {"silent, silent": -1, "silent, betray": -3, "betray, silent": 0, "betray, betray": -2}
        years of two:
          agent: two
          parents: [first, second]
          table: {"silent, silent": -1, "silent, betray": 0, "betray, silent": -3, "betray, betray": -2}
      """
    ),
    (
      "signals",
      """
      diagram: signals
      about: A sender who knows the quality chooses a message; a receiver who sees only the message chooses whether to buy.
      chance:
        quality: {outcomes: [low, high], table: [0.5, 0.5]}
      decisions:
        message: {agent: sender, parents: [quality], outcomes: [quiet, loud]}
        buy: {agent: receiver, parents: [message], outcomes: [no, yes]}
      utilities:
        sale:
          agent: sender
          parents: [quality, buy]
          table: {"low, no": 0, "low, yes": -1, "high, no": 0, "high, yes": 2}
        worth:
          agent: receiver
          parents: [quality, buy]
          table: {"low, no": 0, "low, yes": -2, "high, no": 0, "high, yes": 1}
      """
    ),
  ]

  /// One of the ``examples``.
  ///
  /// - Throws: `InputError` with near misses.
  package init(example name: String) throws {
    guard let example = Self.examples.first(where: { $0.name == name }) else {
      throw InputError.unknown("example", name, among: Self.examples.map(\.name))
    }
    try self.init(yaml: example.text, place: "example \(name)")
  }
}
