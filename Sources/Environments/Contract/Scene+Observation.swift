import Compute

extension Environment {
  /// What the agent sees, drawn: the image that the observation is (``EnvironmentSpecification/image``), or one bar for
  /// each of its components.
  ///
  /// Enough for people to tell clips apart; a world with a shape of its own draws it by its own `scene`.
  public func scene(_ state: State) -> Scene {
    let specification = specification
    let observation = observation(of: state)
    if let image = specification.image { return .image(observation, image, specification.observationSpace) }
    return .observation(observation, specification)
  }

  /// The observation of a state as an array, [observation size].
  package func observation(of state: State) -> [Float] {
    var observation = [Float](repeating: 0, count: specification.observationSpace.count)
    var row = observation.mutableSpan
    observe(state, into: &row)
    return observation
  }
}

extension Scene {
  /// More components than this are drawn without their names.
  private static let namedBars = 12

  /// One bar for each component, from zero (or from the bound that is nearer to it) to the value.
  ///
  /// A component's bounds are the ends of its bar's place; an unbounded one is squeezed by x ∕ (1 + |x|), so that every
  /// value has a place. Complexity: O(components).
  package static func observation(_ values: [Float], _ specification: EnvironmentSpecification) -> Scene {
    let space = specification.observationSpace
    let count = values.count
    let showsNames = count <= namedBars
    let (left, right) = (showsNames ? 5.0 : 0.0, showsNames ? 12.0 : 10.0)
    let step = showsNames ? 1 : 10 / Double(count)
    let height = step * Double(count)
    var shapes: [Shape] = [.polygon(points: [left, 0, right, 0, right, height, left, height], role: .track)]
    for index in 0..<count {
      func place(_ value: Double) -> Double {
        let (low, high) = (Double(space.low[index]), Double(space.high[index]))
        let share: Double
        if low.isFinite, high.isFinite, high > low {
          share = (value - low) / (high - low)
        } else {
          share = 0.5 + 0.5 * value / (1 + abs(value))
        }
        return left + (right - left) * (share.isFinite ? min(max(share, 0), 1) : 0.5)
      }
      let bottom = height - step * Double(index + 1)
      let (from, to) = (place(0), place(Double(values[index])))
      shapes.append(
        .polygon(
          points: [
            from, bottom + 0.2 * step, to, bottom + 0.2 * step, to, bottom + 0.8 * step, from, bottom + 0.8 * step,
          ], role: .agent))
      shapes.append(.line(points: [to, bottom + 0.1 * step, to, bottom + 0.9 * step], width: 0.08, role: .joint))
      if showsNames {
        let name = specification.observationNames[index]
        shapes.append(.label(x: 0.3, y: bottom + 0.35, size: 0.45, text: name, role: .neutral))
      }
    }
    return Scene(
      left: left == 0 ? -0.1 : 0, bottom: 0, width: right + (left == 0 ? 0.2 : 0.1), height: height, shapes: shapes)
  }
}
