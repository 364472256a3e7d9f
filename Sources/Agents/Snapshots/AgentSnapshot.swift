import Foundation

/// A learner between two iterations, whole: from it, training goes on bit by bit as if it had never stopped.
///
/// The tensors belong into a safetensors file, the state (canonical JSON) beside them.
public struct AgentSnapshot: Sendable, Hashable, Codable {
  public struct Tensor: Sendable, Hashable, Codable {
    public var name: String
    public var shape: [Int]
    public var values: [Float]

    public init(name: String, shape: [Int], values: [Float]) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// In a fixed order.
  public var tensors: [Tensor]
  /// Counters and statistics: JSON with sorted keys.
  public var state: Data

  public init(tensors: [Tensor], state: Data) {
    self.tensors = tensors
    self.state = state
  }
}
