import Compute
import Files
import Foundation

/// Numbers with a name and a shape, as a checkpoint keeps them.
public struct NamedTensor: Sendable, Hashable {
  /// The tensor's name in the file.
  public var name: String
  /// Its sizes, outermost first.
  public var shape: [Int]
  /// Row-major.
  public var values: [Float]

  /// A tensor by its name, shape and values.
  public init(_ name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// What must be kept to go on bit for bit: large arrays as tensors, the rest as JSON with sorted keys.
public struct TensorSnapshot: Sendable, Hashable {
  /// The numbers.
  public var tensors: [NamedTensor]
  /// Everything else, as JSON.
  public var json: Data

  /// A snapshot by its two parts.
  public init(tensors: [NamedTensor], json: Data) {
    self.tensors = tensors
    self.json = json
  }

  /// The tensor of this name.
  ///
  /// - Throws: `InputError` if it is missing or does not have this many values.
  public func tensor(_ name: String, count: Int) throws -> [Float] {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw InputError.unknown("tensor", name, among: tensors.map(\.name))
    }
    guard tensor.values.count == count else {
      throw InputError(
        "the tensor '\(name)' has \(tensor.values.count) values, not \(count)",
        remedy: "the snapshot belongs to a model of another shape")
    }
    return tensor.values
  }
}

extension RewardModel {
  private struct State: Codable {
    var settings: RewardModelSettings
    var encoding: TransitionEncoding
    var inputNormalizer: RunningNormalizer?
    var outputMeans: [Double]
    var outputScales: [Double]
  }

  /// The whole model: parameters as the tensor `reward/parameters` [members × parameters], the rest as JSON.
  public func snapshot() throws -> TensorSnapshot {
    let state = State(
      settings: settings, encoding: encoding, inputNormalizer: inputNormalizer, outputMeans: outputMeans,
      outputScales: outputScales)
    return TensorSnapshot(
      tensors: [
        NamedTensor(
          "reward/parameters", shape: [members, network.shape.parameterCount], values: network.parameters)
      ], json: try JSON.encode(state, .snapshot))
  }

  /// The model that ``snapshot()`` described.
  ///
  /// - Throws: `InputError` if the snapshot is not one of a reward model, or contradicts itself.
  public init(_ snapshot: TensorSnapshot) throws {
    let state: State
    do {
      state = try JSON.decode(State.self, from: snapshot.json)
    } catch {
      throw InputError("the snapshot of the reward model cannot be read", remedy: "use a checkpoint that is whole")
    }
    let shape = Self.shape(state.settings, state.encoding)
    let members = state.settings.members
    let parameters = try snapshot.tensor("reward/parameters", count: members * shape.parameterCount)
    try self.init(
      state.settings, encoding: state.encoding,
      network: Network(shape, members: members, parameters: parameters))
    guard state.outputMeans.count == members, state.outputScales.count == members,
      state.inputNormalizer.map({ $0.size == shape.inputs }) ?? true
    else {
      throw InputError("the snapshot of the reward model contradicts itself", remedy: "use a checkpoint that is whole")
    }
    inputNormalizer = state.inputNormalizer
    outputMeans = state.outputMeans
    outputScales = state.outputScales
  }
}
