import Feedback
import Files
import Foundation

/// What pages send and get, as JSON.
package enum Messages {
  package struct Problem: Encodable {
    package var error: String
    package var remedy: String?

    package init(error: String, remedy: String?) { (self.error, self.remedy) = (error, remedy) }
  }

  package struct Join: Decodable { package var code: String }

  struct Ask: Decodable {
    var count: Int?
    var hold: [String]?
  }

  struct Asked: Encodable {
    var questions: [Question]
    var wait: String?
    var message: String
  }

  struct Question: Encodable {
    var id: String
    var lease: String
    var kind: String
    var prompt: String
    var captions: [String]
    var reply: ReplyForm
    var clips: [ClipPicture]
    var details: JSONValue
    var again: Bool
    var previous: Previous?
    /// Of a question about texts, which has no clips.
    var texts: Texts?
    /// How long an answer counts, where a step of the agent waits for it; by the server's clock, when this was sent.
    var secondsLeft: Double?
  }

  struct Previous: Encodable {
    var content: JSONValue?
    var nonAnswer: String?
    /// The sentence, where it was not understood; why the question was passed over.
    var reason: String?
  }

  struct Undone: Encodable { var question: Question }

  /// A person's own actions from a step of a clip on.
  struct Play: Decodable {
    var clip: Int
    var from: Int
    var actions: [[Float]]
  }

  struct Given: Decodable {
    var id: String
    /// ``Project/id`` of the run that asked; pages of earlier versions do not say it.
    var project: String?
    var question: String
    var lease: String
    var content: JSONValue?
    var plays: [Play]?
    var nonAnswer: String?
    var reason: String?
    var milliseconds: Int?
  }

  struct PlayRequest: Decodable {
    var question: String
    var clip: Int
    var from: Int
    var actions: [[Float]]
  }

  struct Played: Encodable {
    var shapes: [ClipPicture.Figure]
    var frames: [[Int]]
    var width: Double
    var height: Double
    var rate: Double
    /// Whether there is no further step.
    var finished: Bool
    /// How many steps there can be, counted from where the person began.
    var limit: Int
    /// Whether the episode ended.
    var ended: Bool
  }

  struct PreviewRequest: Decodable {
    var question: String
    var content: JSONValue
  }

  struct Preview: Encodable {
    var rewards: [[Double]]
    var returns: [Double]
    var message: String
    /// Whether it is an answer.
    var understood: Bool
  }

  struct Project: Encodable {
    struct Named: Encodable {
      var name: String
      var summary: String
    }

    struct Actions: Encodable {
      var names: [String]
      /// What more of each component of a continuous action does; empty if nobody said.
      var directions: [String]
      var dimensions: Int
      var low: [Float]
      var high: [Float]
    }

    /// No other run has it.
    var id: String
    var title: String
    var environment: String
    var kinds: [Named]
    var features: [Named]
    var actions: Actions
    var hasRun: Bool
    /// Only for those who may know which share of the questions is about the people.
    var settings: QualitySettings?
    /// What is judged where it is texts: `pairs` or `rollouts`.
    var texts: String?
  }

  struct Pause: Decodable { var paused: Bool }

  struct Invite: Decodable {
    var role: Role
    var name: String
  }

  struct Invitation: Encodable { var link: String }

  struct Remove: Decodable { var name: String }

  struct Quality: Decodable {
    var overlap: Int?
    var gold: Double?
    var duplicate: Double?
    var mirrored: Double?
    var impossible: Double?
  }

  package struct Done: Encodable {
    package var done = true

    package init() {}
  }
}
