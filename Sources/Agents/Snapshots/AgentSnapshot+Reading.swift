import Compute

extension AgentSnapshot {
  /// The numbers of the tensor of this name, which must have this shape.
  ///
  /// - Throws: `InputError` if it is missing, has another shape, or holds a number that is not finite.
  func values(_ name: String, _ shape: [Int]) throws -> [Float] {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw InputError("the agent's snapshot lacks the tensor '\(name)'")
    }
    guard tensor.shape == shape else {
      throw InputError("the tensor '\(name)' has shape \(tensor.shape)", remedy: "\(shape) is needed")
    }
    let count = shape.reduce(1, *)
    guard tensor.values.count == count else {
      throw InputError(
        "the tensor '\(name)' has \(tensor.values.count) numbers",
        remedy: "its shape \(shape) needs \(count): the snapshot is damaged")
    }
    guard tensor.values.allSatisfy(\.isFinite) else {
      throw InputError("the tensor '\(name)' holds a number that is not finite", remedy: "the file is damaged")
    }
    return tensor.values
  }
}
