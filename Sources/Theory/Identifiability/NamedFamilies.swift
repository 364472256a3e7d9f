import Compute

/// Matches an open subspace with the transformations that have names.
struct NamedFamilies {
  let space: RewardCoordinates
  let constraints: DataConstraints

  func explain(_ open: Subspace, rows: [[Double]]) throws -> (parts: [Identification.Part], unexplained: Int) {
    var explained = try Subspace.span([], size: space.count, noise: space.noise)
    var parts: [Identification.Part] = []
    let normed = rows.compactMap { row -> [Double]? in
      let size = Vectors.norm(row)
      return size > 0 ? row.map { $0 / size } : nil
    }
    for family in Identification.Family.allCases where explained.dimension < open.dimension {
      // At length 1, so that rounding is the same for all.
      let members = try members(family).map { member in
        let size = Vectors.norm(member)
        return size > 0 ? member.map { $0 / size } : member
      }
      guard !members.isEmpty else { continue }
      // The combinations of the family that the data cannot see.
      let seen = normed.map { row in members.map { space.dot(row, $0) } }
      let combinations = try Subspace.null(of: seen, size: members.count, noise: space.noise)
      let hidden = combinations.basis.map { combination in
        var vector = space.zero
        for (weight, member) in zip(combination, members) where weight != 0 {
          for index in vector.indices { vector[index] += weight * member[index] }
        }
        return vector
      }
      let grown = try explained.add(hidden)
      if grown > 0 {
        parts.append(
          Identification.Part(
            family: family, dimension: grown,
            restriction: family == .shaping ? restriction(combinations) : nil))
      }
    }
    return (parts, open.dimension - explained.dimension)
  }

  /// One vector for each member of the family.
  private func members(_ family: Identification.Family) throws -> [[Double]] {
    let all = Array(0..<space.count)
    switch family {
    case .impossible: return all.filter { !space.isPossible($0) }.map(space.unit)
    case .unreachable: return all.filter { !space.isReachable($0) && space.isPossible($0) }.map(space.unit)
    case .redistribution:
      return (0..<space.pairCount).flatMap { pair -> [[Double]] in
        let nexts = (0..<space.mdp.stateCount).map { space.coordinate(pair, $0) }.filter(space.isPossible)
        guard let first = nexts.first else { return [] }
        return nexts.dropFirst().map { other in
          var vector = space.zero
          vector[first] = 1 / space.probabilities[first]
          vector[other] = -1 / space.probabilities[other]
          return vector
        }
      }
    case .shaping: return space.states.map(space.shaping)
    case .constant: return [[Double](repeating: 1, count: space.count)]
    case .trade:
      return (0..<space.pairCount).filter { $0 % space.actionCount > 0 }.map { pair in
        let first = pair - pair % space.actionCount
        return zip(constant(pair), constant(first)).map { $0 - $1 }
      }
    case .state:
      return space.states.indices.map { state in
        let first = state * space.actionCount
        return (first..<first + space.actionCount).map(constant).reduce(space.zero) { Vectors.sum($0, 1, $1) }
      }
    case .scale: return []
    case .suboptimal: return (0..<space.pairCount).map(constant)
    }
  }

  /// 1 on all transitions of one state and action.
  private func constant(_ pair: Int) -> [Double] {
    var vector = space.zero
    for next in 0..<space.mdp.stateCount { vector[space.coordinate(pair, next)] = 1 }
    return vector
  }

  /// What all hidden potentials have in common on the states where an episode starts.
  private func restriction(_ combinations: Subspace) -> String? {
    PotentialRestriction.words(
      combinations.basis, starts: space.states.indices.filter { space.mdp.start[space.states[$0]] > 0 },
      states: space.states.count)
  }
}
