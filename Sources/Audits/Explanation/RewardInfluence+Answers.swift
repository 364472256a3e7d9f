import Compute

extension RewardInfluence {
  /// A number of the reward that answers can be asked about: a weighted sum of rewards, as a direction of each member's
  /// last layer.
  package struct Contrast: Sendable {
    let directions: [[Double]]
  }

  /// Σ weight × reward of encoded rows. Only differences mean anything, so that the weights should sum to 0: one clip less
  /// another, or a region less what was judged.
  package func contrast(_ rows: [Float], weights: [Double]) -> Contrast {
    Contrast(
      directions: members.map { member in
        let features = member.features(rows, width: width)
        var sum = [Double](repeating: 0, count: features.columns)
        for row in weights.indices {
          for column in sum.indices { sum[column] += weights[row] * features[row, column] }
        }
        return sum.map { $0 * member.scale }
      })
  }

  /// How much a policy's gradient is pushed along itself, in units of what it is: 1, and without an answer 1 and its change.
  ///
  /// What a step is worth at all is held still: answers to clips of one length say nothing of it.
  package func contrast(of push: PolicyPush) -> Contrast {
    let all = contrast(push.rows, weights: push.weights)
    return Contrast(directions: all.directions.map { Array($0.dropLast()) + [0] })
  }

  /// The refitted reward of encoded rows, in units of its spread over the judged steps and counted from their mean.
  package func rewards(of rows: [Float]) -> [Double] {
    var sums = [Double](repeating: 0, count: rows.count / width)
    for member in members {
      let (features, weights) = (member.features(rows, width: width), member.influence.fit.weights.dropLast() + [0])
      for row in sums.indices {
        sums[row] += AnswerInfluence.product(features.row(row), Array(weights)) * member.scale / Double(members.count)
      }
    }
    return sums
  }

  /// The mean reward of encoded rows, less that of the judged steps (which is 0 by the choice of units).
  package func mean(of rows: [Float]) -> Contrast {
    let count = rows.count / width
    var result = contrast(rows, weights: [Double](repeating: 1 / Double(max(1, count)), count: count))
    // What a step is worth at all is the same for all, and no part of a difference.
    result = Contrast(directions: result.directions.map { Array($0.dropLast()) + [0] })
    return result
  }

  private func averaged(_ values: (Member, [Double]) throws -> Double, _ contrast: Contrast) rethrows -> Double {
    try zip(members, contrast.directions).reduce(0) { $0 + (try values($1.0, $1.1)) } / Double(members.count)
  }

  /// What the contrast is now.
  package func value(of contrast: Contrast) -> Double {
    averaged({ AnswerInfluence.product($1, $0.influence.fit.weights) }, contrast)
  }

  /// Its change without each answer, to first order: [answers].
  package func plain(on contrast: Contrast) -> [Double] {
    var sums = [Double](repeating: 0, count: answers)
    for (member, direction) in zip(members, contrast.directions) {
      for (answer, change) in member.influence.plain(on: direction).enumerated() {
        sums[answer] += change / Double(members.count)
      }
    }
    return sums
  }

  /// Its change without an answer, by one step of Newton's method.
  package func newton(on contrast: Contrast, without answer: Int) throws -> Double {
    try averaged({ try $0.influence.newton(on: $1, without: answer) }, contrast)
  }

  /// Its change without an answer, all last layers fitted again.
  package func exact(on contrast: Contrast, without answer: Int) throws -> Double {
    try averaged({ try $0.influence.exact(on: $1, without: answer) }, contrast)
  }

  /// An answer and what it does.
  package struct Mover: Sendable, Hashable, Codable {
    /// Its place among the answers, and its `ChoiceSet.numbers`.
    package var answer: Int
    package var number: Int
    /// To first order, and fitted again.
    package var plain: Double
    package var exact: Double
  }

  /// The answers without which the contrast would change most, with its exact change.
  package func movers(of contrast: Contrast, most: Int = 10) throws -> [Mover] {
    let plain = plain(on: contrast)
    let chosen = plain.indices.sorted { (abs(plain[$0]), $1) > (abs(plain[$1]), $0) }.prefix(most)
    return try chosen.map { answer in
      Mover(
        answer: answer, number: numbers[answer], plain: plain[answer],
        exact: try exact(on: contrast, without: answer))
    }.sorted { (abs($0.exact), $1.answer) > (abs($1.exact), $0.answer) }
  }

  /// The answers without which the reward over a region would change most: the root mean square of its change over encoded
  /// rows, constants aside, in units of the reward's spread over the judged steps.
  ///
  /// With `refitting` all answers are ranked to first order, and only that one is fitted again.
  package func movers(over rows: [Float], most: Int = 10, refitting only: Int? = nil) throws -> [Mover] {
    let count = rows.count / width
    guard count > 1 else { throw NotMeasurable.tooFew(have: count, need: 2) }
    let spreads = members.map { member in
      var features = member.features(rows, width: width)
      for column in 0..<features.columns {
        let mean = Statistics.mean(features.column(column))
        for row in 0..<count { features[row, column] -= mean }
      }
      return (member.scale * member.scale / Double(count)) * LinearAlgebra.gram(features)
    }
    func size(_ moves: [[Double]]) -> Double {
      var sum = 0.0
      for (spread, move) in zip(spreads, moves) {
        sum += max(0, AnswerInfluence.product(move, spread * move)).squareRoot()
      }
      return sum / Double(moves.count)
    }
    let moves = members.map { $0.influence.moves() }
    let plain = (0..<answers).map { answer in size(moves.map { $0.row(answer) }) }
    let chosen = plain.indices.sorted { (plain[$0], $1) > (plain[$1], $0) }.prefix(most)
    if let only {
      return try chosen.map { answer in
        let again = answer == only ? try members.map { try $0.influence.exactMove(without: [answer]) } : nil
        return Mover(
          answer: answer, number: numbers[answer], plain: plain[answer], exact: again.map(size) ?? plain[answer])
      }
    }
    return try chosen.map { answer in
      let again = try members.map { try $0.influence.exactMove(without: [answer]) }
      return Mover(answer: answer, number: numbers[answer], plain: plain[answer], exact: size(again))
    }.sorted { ($0.exact, $1.answer) > ($1.exact, $0.answer) }
  }

  /// Every answer as the others see it: probabilities are means over the members.
  package func leftOut() -> [LeftOutAnswer] {
    let all = members.map { $0.influence.leftOut() }
    return (0..<answers).map { answer in
      let own = all.map { $0[answer] }.filter { $0.probability != nil }
      guard let first = own.first else { return LeftOutAnswer(probability: nil, others: []) }
      let count = Double(own.count)
      let alike = own.filter { $0.others.count == first.others.count }
      return LeftOutAnswer(
        probability: own.reduce(0) { $0 + ($1.probability ?? 0) } / count,
        others: first.others.indices.map { place in
          alike.reduce(0) { $0 + $1.others[place] } / Double(alike.count)
        })
    }
  }
}
