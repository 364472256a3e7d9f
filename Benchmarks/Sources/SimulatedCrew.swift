import Compute
import Feedback

/// People with known error rates who answer questions with a known truth: first, equal, second.
///
/// Each question has its truth drawn from `prevalences`; each person answers it with probability `answered`, independently.
/// A person who is right with probability a says, where they err, the neighbouring label twice as often as the other one
/// (where the truth is in the middle, either as often).
struct SimulatedCrew {
  static let labels = 3
  static let prevalences = [0.4, 0.2, 0.4]

  /// [people]
  var accuracies: [Double]
  var answered: Double

  /// P(answer | truth) of somebody: [truth][answer].
  func confusion(of person: Int) -> [[Double]] {
    let right = accuracies[person]
    let (near, far) = ((1 - right) * 2 / 3, (1 - right) / 3)
    return [[right, near, far], [(1 - right) / 2, right, (1 - right) / 2], [far, near, right]]
  }

  /// What was said about each question: [people][questions], nil where a person did not answer.
  func answers(_ questions: Int, _ random: inout RandomStream) -> [[Int?]] {
    var said = [[Int?]](repeating: [], count: accuracies.count)
    let confusions = accuracies.indices.map(confusion)
    for _ in 0..<questions {
      let truth = Self.draw(Self.prevalences, &random)
      for person in accuracies.indices {
        let answer = Self.draw(confusions[person][truth], &random)
        said[person].append(random.uniform() < answered ? answer : nil)
      }
    }
    return said
  }

  private static func draw(_ shares: [Double], _ random: inout RandomStream) -> Int {
    var left = random.uniform()
    for (label, share) in shares.enumerated() {
      left -= share
      if left < 0 { return label }
    }
    return shares.count - 1
  }

  /// The first two people, and the last two.
  var pairs: [(Int, Int)] { [(0, 1), (accuracies.count - 2, accuracies.count - 1)] }

  // MARK: What the figures are in endlessly many questions

  /// P(one says a and the other b): [a][b].
  func joint(_ one: Int, _ other: Int) -> [[Double]] {
    let (first, second) = (confusion(of: one), confusion(of: other))
    return (0..<Self.labels).map { a in
      (0..<Self.labels).map { b in
        (0..<Self.labels).reduce(0) { $0 + Self.prevalences[$1] * first[$1][a] * second[$1][b] }
      }
    }
  }

  /// Cohen's κ.
  func kappa(_ one: Int, _ other: Int) -> Double {
    let joint = joint(one, other)
    let labels = 0..<Self.labels
    let agreed = labels.reduce(0) { $0 + joint[$1][$1] }
    let chance = labels.reduce(0) { sum, label in
      sum + labels.reduce(0) { $0 + joint[label][$1] } * labels.reduce(0) { $0 + joint[$1][label] }
    }
    return (agreed - chance) / (1 - chance)
  }

  /// Krippendorff's α of ranks: as everybody misses questions alike, all pairs of people count alike.
  func alpha() -> Double {
    let labels = 0..<Self.labels
    var coincidences = [[Double]](repeating: [0, 0, 0], count: Self.labels)
    var pairs = 0.0
    for one in accuracies.indices {
      for other in accuracies.indices where other != one {
        pairs += 1
        let joint = joint(one, other)
        for a in labels { for b in labels { coincidences[a][b] += joint[a][b] } }
      }
    }
    let shares = coincidences.map { $0.reduce(0, +) / pairs }
    func distance(_ a: Int, _ b: Int) -> Double {
      let between = shares[min(a, b)...max(a, b)].reduce(0, +) - (shares[a] + shares[b]) / 2
      return between * between
    }
    var (observed, expected) = (0.0, 0.0)
    for a in labels {
      for b in labels where a != b {
        observed += coincidences[a][b] / pairs * distance(a, b)
        expected += shares[a] * shares[b] * distance(a, b)
      }
    }
    return 1 - observed / expected
  }

  /// The share of right answers of somebody.
  func accuracy(_ person: Int) -> Double {
    zip(Self.prevalences, confusion(of: person).enumerated()).reduce(0) { $0 + $1.0 * $1.1.element[$1.1.offset] }
  }
}
