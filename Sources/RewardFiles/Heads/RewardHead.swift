import Compute
import Environments
import Feedback
import Files
import Findings
import Foundation
import Rewards

/// A small reward model on top of vectors that something else made of texts: an ensemble of linear or two-layer heads,
/// with calibrated probabilities and a sense of what is unlike what it has seen.
public struct RewardHead: Sendable {
  /// The ensemble on normalised embeddings.
  public var model: RewardModel
  /// Scores are divided by this, so that σ of a difference is a probability: fitted on answers not trained on.
  public var temperature: Double
  /// Where the vectors come from.
  public var source: Source
  /// What vectors of training replies are like.
  var usual: UsualVectors
  /// What the fit said of itself; nil in files of format 1.
  public var summary: Summary?

  /// What is known of a head before it is used.
  public struct Summary: Codable, Sendable, Hashable {
    /// Pairs that it was fitted on, and of how many prompts.
    public var pairs: Int
    /// Prompts of these pairs.
    public var prompts: Int
    /// Of pairs that were held out.
    public var accuracy: RewardHeadFit.Share
    /// Whether it orders held-out pairs better than chance.
    public var verdict: Finding.Verdict
    /// Whether most of the training replies begin or end in special tokens of a chat template.
    public var repliesHaveTokens: Bool
  }

  /// Where vectors come from.
  public enum Source: Codable, Sendable, Hashable {
    /// Hashed words of the text; needs no model.
    case hash(HashEmbedding)
    /// A sentence model: ``MiniLMEmbedder``.
    case miniLM
    /// The user's own file: texts cannot be scored without it.
    case file

    /// As `pactolus fit --embed` names it.
    package var word: String {
      switch self {
      case .hash: "hash"
      case .miniLM: "minilm"
      case .file: "file"
      }
    }
  }

  /// Numbers of one embedding.
  public var width: Int { usual.means.count }

  /// The head's score of a vector.
  public struct Score: Sendable, Hashable, Codable {
    /// The members' mean, calibrated: differences are logits.
    public var reward: Double
    /// Between members.
    public var standardDeviation: Double
    /// How usual the vector is: the share of held-out training replies at least as far from the mean. Valid in the sense
    /// of conformal prediction: at most a share p of replies to further prompts like the training ones get p or less.
    public var pValue: Double
    /// There was nothing to read: no text but white space, or no word of it became a number.
    public var isEmpty = false
  }

  /// - Throws: `InputError` for a vector of another width.
  public func scores(_ vectors: [[Float]]) throws -> [Score] {
    guard let first = vectors.first else { return [] }
    guard vectors.allSatisfy({ $0.count == width }) else {
      throw InputError("a vector of \(first.count) numbers, and the head needs \(width)")
    }
    let evaluator = RewardEvaluator(model)
    var rewards = [Float](repeating: 0, count: vectors.count)
    var spreads = rewards
    let observations = vectors.flatMap { $0 }
    let actions = [Float](repeating: 0, count: vectors.count)
    let ends = [Bool](repeating: false, count: vectors.count)
    TransitionRows.over(
      vectors.count, observations: observations, actions: actions, nextObservations: observations, terminated: ends,
      specification: Self.specification(width)
    ) {
      var means = rewards.mutableSpan
      var deviations = spreads.mutableSpan
      evaluator.evaluate($0, into: &means, disagreement: &deviations)
    }
    return vectors.indices.map { index in
      Score(
        reward: Double(rewards[index]) / temperature, standardDeviation: Double(spreads[index]) / temperature,
        pValue: usual.pValue(vectors[index][...]))
    }
  }

  /// What a reply to a prompt scores.
  ///
  /// - Parameters:
  ///   - replies: the texts.
  ///   - sentences: the sentence model, for a head whose source it is.
  /// - Throws: `InputError` if the head's vectors come from a file, or from a sentence model that is not given.
  public func scores(
    _ replies: [(prompt: String, reply: String)], sentences: MiniLMEmbedder? = nil
  ) throws -> [Score] {
    switch source {
    case .hash(let embedding):
      let vectors = ThreadPool.shared.map(replies.count) {
        embedding.vector(prompt: replies[$0].prompt, reply: replies[$0].reply)
      }
      return marked(try scores(vectors)) {
        vectors[$0].allSatisfy { $0 == 0 } || SpecialTokens.isBlank(replies[$0].reply)
      }
    case .miniLM:
      guard let sentences else {
        throw InputError(
          "this head reads vectors of a sentence model, and none is given", remedy: MiniLMEmbedder.remedy)
      }
      return marked(try scores(sentences.vectors(replies))) { SpecialTokens.isBlank(replies[$0].reply) }
    case .file:
      throw InputError(
        "this head reads vectors that another program makes",
        remedy: "fit one with --embed hash or --embed minilm to score texts")
    }
  }

  private func marked(_ scores: [Score], empty: (Int) -> Bool) -> [Score] {
    scores.indices.map { index in
      var score = scores[index]
      score.isEmpty = empty(index)
      return score
    }
  }

  static func specification(_ width: Int) -> EnvironmentSpecification {
    EnvironmentSpecification(
      id: "embedding", summary: "replies as vectors",
      observationSpace: Box(
        low: [Float](repeating: -.infinity, count: width), high: [Float](repeating: .infinity, count: width)),
      observationNames: [String](repeating: "", count: width), actionSpace: .discrete(names: ["none"]),
      maximumEpisodeSteps: nil, canTerminate: false, source: "pactolus fit")
  }
}

extension RewardHead {
  private struct Header: Codable {
    var format = 2
    var temperature: Double
    var source: Source
    var model: String
    var summary: Summary?
  }

  /// One safetensors file: numbers as tensors, the rest as its metadata. Equal heads give equal bytes.
  public func encoded() throws -> Data {
    let snapshot = try model.snapshot()
    let header = Header(
      temperature: temperature, source: source, model: String(decoding: snapshot.json, as: UTF8.self),
      summary: summary)
    var file = SafetensorsFile(
      metadata: [
        "made-by": "pactolus fit", "head": String(decoding: try JSON.encode(header, .snapshot), as: UTF8.self),
      ])
    file.tensors = snapshot.tensors.map { .init($0.name, TypedArray($0.values, shape: $0.shape)) }
    file.tensors.append(.init("usual/means", TypedArray(usual.means, shape: [width])))
    file.tensors.append(.init("usual/deviations", TypedArray(usual.deviations, shape: [width])))
    file.tensors.append(.init("usual/distances", TypedArray(usual.distances, shape: [usual.distances.count])))
    return try file.data()
  }

  /// Reads a head's file, strictly: nothing in it is executed, and no damaged file traps.
  ///
  /// - Throws: `InputError` that names what does not fit.
  public init(decoding bytes: [UInt8], place: String) throws {
    let file = try SafetensorsFile(bytes, place: place)
    guard let text = file.metadata["head"], let header = try? JSON.decode(Header.self, from: text.utf8),
      (1...2).contains(header.format), header.temperature > 0, header.temperature.isFinite
    else { throw InputError("not a reward head of this version", at: place, remedy: "make one by 'pactolus fit'") }
    do {
      let snapshot = TensorSnapshot(
        tensors: file.tensors.map { NamedTensor($0.name, shape: $0.array.shape, values: $0.array.floats()) },
        json: Data(header.model.utf8))
      model = try RewardModel(snapshot)
      temperature = header.temperature
      source = header.source
      summary = header.summary
      let width = model.encoding.width
      usual = UsualVectors(
        means: try snapshot.tensor("usual/means", count: width), deviations: [], distances: [])
      if header.format == 1 {
        // Its distances are of all replies, several of a prompt, so that they say nothing about a further prompt.
        usual.deviations = try snapshot.tensor("usual/variances", count: width).map { $0.squareRoot() }
      } else {
        usual.deviations = try snapshot.tensor("usual/deviations", count: width)
        usual.distances = try file.doubles("usual/distances")
      }
      if case .hash(let embedding) = source, embedding.width != width {
        throw InputError("its texts become vectors of \(embedding.width) numbers, and it reads \(width)")
      }
      if source == .miniLM, width != MiniLMEmbedder.width {
        throw InputError("a sentence model's vectors have \(MiniLMEmbedder.width) numbers, and it reads \(width)")
      }
      guard usual.means.allSatisfy(\.isFinite), usual.deviations.allSatisfy({ $0 >= 0 && $0.isFinite }),
        usual.distances.allSatisfy(\.isFinite),
        zip(usual.distances, usual.distances.dropFirst()).allSatisfy({ $0 <= $1 })
      else { throw InputError("its distances are not in order, or not finite") }
    } catch var error as InputError {
      error.problem = "the reward head is damaged: \(error.problem)"
      error.place = error.place ?? place
      throw error
    }
  }
}
