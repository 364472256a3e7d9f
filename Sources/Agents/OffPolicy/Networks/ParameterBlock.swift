import Compute

/// Numbers that a learner trains together, with their gradients and optimiser, and the names that a snapshot gives them.
///
/// One without a learning rate does not learn: a target network, say.
package class ParameterBlock {
  /// A stretch of the numbers with a name of its own.
  struct Part {
    var name: String
    var start: Int
    var shape: [Int]
  }

  package let name: String
  package let count: Int
  package let parameters: UnsafeMutablePointer<Float>
  package let gradients: UnsafeMutablePointer<Float>
  private let parts: [Part]
  private var adam: Adam?

  init(_ name: String, parts: [Part], _ values: [Float], learningRate: Float?) {
    self.name = name
    self.parts = parts
    count = values.count
    parameters = zeroedFloats(count)
    parameters.update(from: values, count: count)
    gradients = zeroedFloats(learningRate == nil ? 0 : count)
    adam = learningRate.map { Adam(AdamSettings(learningRate: $0), count: values.count) }
  }

  deinit {
    parameters.deallocate()
    gradients.deallocate()
  }

  /// A step of Adam down the gradient.
  func step() { adam?.update(parameters, gradients: gradients) }

  /// Begins again at these numbers, the optimiser with them.
  func restart(_ values: [Float]) {
    parameterVector = values
    adam = adam.map { Adam($0.settings, count: count) }
  }

  /// Steps that the optimiser has taken.
  var steps: Int { adam?.steps ?? 0 }

  /// The numbers, for tests.
  package var parameterVector: [Float] {
    get { Array(UnsafeBufferPointer(start: parameters, count: count)) }
    set {
      precondition(newValue.count == count, "as many parameters as before")
      parameters.update(from: newValue, count: count)
    }
  }

  /// The last gradient, for tests.
  package var gradientVector: [Float] { Array(UnsafeBufferPointer(start: gradients, count: count)) }

  /// The numbers part by part, and the optimiser's moments.
  var tensors: [AgentSnapshot.Tensor] {
    var tensors = parts.map { part in
      AgentSnapshot.Tensor(
        name: part.name, shape: part.shape,
        values: Array(
          UnsafeBufferPointer(start: parameters + part.start, count: part.shape.reduce(1, *))))
    }
    if let adam {
      tensors.append(.init(name: "adam.\(name).first", shape: [count], values: adam.firstMoments))
      tensors.append(.init(name: "adam.\(name).second", shape: [count], values: adam.secondMoments))
    }
    return tensors
  }

  /// What a snapshot holds of a block.
  struct Saved {
    var parameters: [Float] = []
    var first: [Float] = []
    var second: [Float] = []
  }

  /// Reads a snapshot's part without changing anything.
  func read(_ snapshot: AgentSnapshot) throws -> Saved {
    var saved = Saved()
    for part in parts { saved.parameters += try snapshot.values(part.name, part.shape) }
    if adam != nil {
      saved.first = try snapshot.values("adam.\(name).first", [count])
      saved.second = try snapshot.values("adam.\(name).second", [count])
    }
    return saved
  }

  /// Takes over what was read; `steps` is how many the optimiser has taken.
  func restore(_ saved: Saved, steps: Int) {
    parameters.update(from: saved.parameters, count: count)
    adam?.firstMoments = saved.first
    adam?.secondMoments = saved.second
    adam?.steps = steps
  }
}
