import{q as e,r as t,rt as n}from"./client-BvS9D1Oi.js";import{d as r,f as i,i as a,n as o,r as s,t as c,v as l}from"./words-LsDcKG9r.js";import{i as u,r as d,t as f}from"./offering-D0lY7Jjr.js";var p={ORGANIZATIONS_CREATED:`Organizations created`,ORGANIZATION_UPDATED:`Organization changed`,ORGANIZATIONS_DELETED:`Organizations deleted`,MAPPINGS_SAVED:`Mappings saved`,MAPPING_CLEARED:`Mapping cleared`,IMPORTED:`Import`,SUGGESTIONS_ACCEPTED:`Suggestions accepted`,SUGGESTIONS_APPLIED:`Suggestions applied automatically`,DECISIONS_CHANGED:`Decisions`,CSV_APPLIED:`CSV file`,INTEGRATION_CONNECTED:`Integration connected`,INTEGRATION_UPDATED:`Integration changed`,INTEGRATION_DISCONNECTED:`Integration disconnected`,INTEGRATION_RESTORED:`Integration connected again`,LIST_REFRESHED:`Refresh`,PEOPLE_CHANGED:`People`,GROUPS_CHANGED:`Groups`,DEVICES_CHANGED:`Device settings`,SETTINGS_CHANGED:`Settings`,UNDONE:`Undo`},m={mappings:`Mappings`,suggestions:`Accepted suggestions`,organizations:`Organizations`,imports:`Imports`,decisions:`Exclusions and rejections`,integrations:`Integrations`,refreshes:`Refreshes`,settings:`Settings`,undone:`Undo and redo`},h={CREATED:`Organization created`,RENAMED:`Organization renamed`,DEACTIVATED:`Organization deactivated`,REACTIVATED:`Organization reactivated`,DELETED:`Organization deleted`};function g({reason:e,because:t,now:n,mapping:r}){switch(e){case`CHANGED_SINCE`:{let e=r?n===null?` It is not mapped now.`:` It is mapped to ${n} now.`:n===null?``:` It is named ${n} now.`;return t?`${t.name} changed it later (${i(t.at)}).${e}`:`It was changed later.${e}`}case`GONE`:return`What it refers to no longer exists.`;case`NAME_TAKEN`:return`Another organization has this name.`;case`QUOTA_EXCEEDED`:return`You’ve reached your plan’s organization limit.`;case`IN_USE`:return`Something else refers to this organization.`;case`ALREADY_REVERTED`:return t?`${t.name} undid it already (${i(t.at)}).`:`It was undone already.`;case`NOT_UNDOABLE`:return`Edits of this kind cannot be undone.`}}var _=e=>a(e,`edit`),v={actions:p,kinds:m,list:`Changes, newest first`,today:e=>`Today, ${e}`,yesterday:e=>`Yesterday, ${e}`,edits:_,undoneBy:({name:e,time:t})=>`Undone by ${e} at ${t}`,partlyUndoneBy:({name:e,time:t,undone:n,total:r})=>`Partly undone by ${e} at ${t}: ${s(n,r)}`,redoneBy:({name:e,time:t})=>`Undone, and redone by ${e} at ${t}`,undo:{button:`Undo…`,buttonFor:e=>`Undo… ${e}`,redo:`Redo…`,redoFor:e=>`Redo… ${e}`,never:`cannot be undone`,notNow:`cannot be undone now`,notRedoneNow:`cannot be redone now`,gone:`History no longer has this change.`,label:`What undoing would do`,reading:`Checking what undoing would do…`,title:({reverts:e,total:t,redoes:n})=>`${n?`Redo makes`:`Undo puts back`} ${r(e)} of ${_(t)}${n?` again`:``}`,titleAll:({reverts:e,redoes:t})=>`${t?`Redo makes`:`Undo puts back`} ${e===1?`the only edit`:`all ${_(e)}`}${t?` again`:``}`,titleNone:({redoes:e})=>e?`This cannot be redone now`:`This cannot be undone now`,stays:e=>`${r(e)} ${o(e,`stays as it is`,`stay as they are`)}:`,changed:`The account has changed. Nothing was undone. This is what undoing would do now.`,submit:({reverts:e,redoes:t})=>`${t?`Redo`:`Undo`} ${_(e)}`,viewOnly:`View only. Ask an admin for the Editor role to undo changes.`,dialog:e=>e?`Redo`:`Undo`,done:({reverted:e,redoes:t})=>`${t?`Redone`:`Undone`}: ${_(e)}.`,reason:g,place:e=>`in ${e}`,show:`Show`,showFor:e=>`Show the change that ${e} made`,showUndone:`Show the change`,showAll:e=>`Show all ${r(e)}`,firstShown:e=>`The first ${r(e)} are listed.`},entry:{show:e=>`Details of: ${e}`,table:`Edits`,subject:`In the tool`,subjects:`What`,before:`Before`,after:`After`,arrow:`became`,arrowSign:`→`,notMapped:`Not mapped`,none:`–`,now:e=>`now ${e}`,skipped:`undo leaves it as it is`,organization:h,active:`Active`,deactivated:`Deactivated`,deleted:`Deleted`,integration:`Integration`,decision:`Decision`,counts:({added:e,updated:t,removed:n})=>`${r(e)} added, ${r(t)} changed, ${r(n)} removed`,more:e=>`Show ${a(e,`more edit`)}`,noEdits:`No details are kept of this change.`},filters:{label:`Filter changes`,anyone:`Anyone`,someone:`Someone`,actor:`Who`,allTools:`All tools`,tools:e=>a(e,`tool`),allKinds:`All kinds`,severalKinds:e=>a(e,`kind`),from:`From`,to:`To`,period:`Period`,organization:`Organization…`,organizationLabel:`Search for an organization`,organizations:`Organizations`,searching:`Searching…`,noMatches:`No matches.`,showing:({shown:e,total:t})=>`Showing ${s(e,t)}. Type to find others.`,gone:`A deleted organization`,goneExternal:`An external organization that is gone`,inTool:({name:e,tool:t})=>`${e} in ${t}`,remove:e=>`Remove the filter ${e}`,token:e=>`${e} (token)`,reset:`Reset`},waiting:(e,t)=>`${r(e)}${t?` or more`:``} ${o(e,`change`,`changes`)}: show`,showMore:`Show more`,showing:({shown:e,total:t})=>`Showing ${r(e)} of ${a(t,`change`)}`,loading:`Loading…`,zone:e=>`Times in ${e}`,empty:`Nothing has happened yet. Every change that you or others make appears here.`,emptyFiltered:`No changes match these filters.`,linked:`The change that the link leads to`,gone:`History does not have this change, or no longer has it.`,exporting:{start:`Export CSV`,cancel:`Cancel export`,progress:({done:e,total:t})=>`Exporting ${s(e,t)}…`,done:e=>`Exported ${a(e,`change`)}.`,file:e=>`orgmap-history-${e}.csv`,columns:[`Time`,`By`,`Action`,`Summary`,`What`,`Tool`,`External organization`,`Before`,`After`],mapping:`Mapping`,setting:`Setting`}},y=e(`
  fragment ChangeFields on Change {
    id
    at
    action
    summary
    editCount
    incomplete
    actor {
      id
      name
      kind
    }
    undoes {
      id
    }
    undoneBy {
      id
      at
      editCount
      actor {
        name
      }
      undoneBy {
        id
        at
        editCount
        actor {
          name
        }
        undoneBy {
          id
          at
          editCount
          actor {
            name
          }
        }
      }
    }
  }
`),b=e(`
    query ChangesPage($first: Int!, $after: String, $filter: ChangeFilter, $counted: Boolean!) {
      changes(first: $first, after: $after, filter: $filter) {
        totalCount @include(if: $counted)
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...ChangeFields
        }
      }
    }
  `,[y]),x=e(`
    query ChangesById($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on Change {
          ...ChangeFields
        }
      }
    }
  `,[y]),S=e(`
  query Undoable($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on Change {
        id
        undo {
          possible
        }
      }
    }
  }
`),C=e(`
  fragment MappingEditFields on MappingEdit {
    integrationName
    externalName
    beforeName
    afterName
    integration {
      id
      name
    }
    externalOrg {
      id
      name
    }
    before {
      id
      name
    }
    after {
      id
      name
    }
  }
`),w=e(`
  fragment OrganizationEditFields on OrganizationEdit {
    kind
    name
    previousName: beforeName
    organization {
      id
      name
    }
  }
`),T=e(`
  fragment IntegrationEditFields on IntegrationEdit {
    name
    what
    added
    updated
    removed
    integration {
      id
      name
    }
  }
`),E=e(`
  fragment DecisionEditFields on DecisionEdit {
    externalName
    what
    externalOrg {
      id
      name
    }
  }
`),D=e(`
  fragment FieldEditFields on FieldEdit {
    subjectName
    field
    valueBefore: before
    valueAfter: after
  }
`),O=e(`
    query ChangeEdits($id: ID!, $first: Int!, $after: String) {
      node(id: $id) {
        __typename
        ... on Change {
          id
          edits(first: $first, after: $after) {
            totalCount
            pageInfo {
              hasNextPage
              endCursor
            }
            nodes {
              __typename
              ...MappingEditFields
              ...OrganizationEditFields
              ...IntegrationEditFields
              ...DecisionEditFields
              ...FieldEditFields
            }
          }
        }
      }
    }
  `,[C,w,T,E,D]),k=e(`
    fragment PreviewFields on UndoPreview {
      possible
      cursor
      reverts
      skippedCount
      skipped {
        reason
        now
        because {
          id
          at
          actor {
            name
          }
        }
        edit {
          __typename
          ...MappingEditFields
          ...OrganizationEditFields
          ...IntegrationEditFields
          ...DecisionEditFields
          ...FieldEditFields
        }
      }
    }
  `,[C,w,T,E,D]),A=e(`
    query UndoPreviewOf($id: ID!) {
      node(id: $id) {
        __typename
        ... on Change {
          id
          undo {
            ...PreviewFields
          }
        }
      }
    }
  `,[k]),j=e(`
    mutation UndoChange($id: ID!, $cursor: String!) {
      undoChange(input: { changeId: $id, previewCursor: $cursor }) {
        change {
          id
        }
        reverted
        preview {
          ...PreviewFields
        }
        userErrors {
          code
          message
        }
      }
    }
  `,[k]),M=e(`
  query ExportedEdits($ids: [ID!]!, $first: Int!, $after: String) {
    nodes(ids: $ids) {
      __typename
      ... on Change {
        id
        edits(first: $first, after: $after) {
          pageInfo {
            hasNextPage
            endCursor
          }
          nodes {
            __typename
            ... on MappingEdit {
              integrationName
              externalName
              beforeName
              afterName
            }
            ... on OrganizationEdit {
              kind
              name
              previousName: beforeName
            }
            ... on IntegrationEdit {
              name
              what
              added
              updated
              removed
            }
            ... on DecisionEdit {
              externalName
              what
            }
            ... on FieldEdit {
              subjectName
              field
              valueBefore: before
              valueAfter: after
            }
          }
        }
      }
    }
  }
`),N=e(`
  query SubjectNames($ids: [ID!]!) {
    nodes(ids: $ids) {
      __typename
      ... on Organization {
        id
        name
      }
      ... on ExternalOrg {
        id
        name
        integration {
          id
          name
        }
      }
    }
  }
`),P=e(`
  query FoundOrganizations($first: Int!, $search: String) {
    organizations(first: $first, search: $search) {
      totalCount
      nodes {
        id
        name
      }
    }
  }
`),F=e=>({reverts:e.reduce((e,t)=>e+t.preview.reverts,0),skippedCount:e.reduce((e,t)=>e+t.preview.skippedCount,0),skipped:e.flatMap(e=>e.preview.skipped)}),I=l({undoOrAsk:()=>z});async function L(e){let n=[];for(let r of e){let{data:e,problem:i}=await t(`query`,A,{id:r});if(i!==null)return i;if(e.node?.__typename!==`Change`)return v.undo.gone;n.push({changeId:r,preview:e.node.undo})}return n}async function R(e,n){let r=[],i=0,a={kind:`done`};for(let[e,{changeId:o,preview:{cursor:s,possible:l}}]of n.entries()){if(!l)continue;let{data:u,problem:d}=await t(`mutation`,j,{id:o,cursor:s}),f=u?.undoChange;if(f?.preview?a={kind:`changed`,preview:[{changeId:o,preview:f.preview},...n.slice(e+1)]}:(d!==null||f?.userErrors[0])&&(a={kind:`problem`,message:d??f?.userErrors[0]?.message??c.problems.ourFault}),a.kind!==`done`)break;i+=f?.reverted??0,f?.change&&r.unshift(f.change.id)}if(i===0)return a;let{skippedCount:o}=F(n),s=a.kind===`done`&&o===0;return u(s&&e.done?e.done:v.undo.done({reverted:i,redoes:e.redoes??!1}),{changeIds:r,redoes:!e.redoes,...e.onUndone&&{onUndone:e.onUndone}}),e.onUndone?.(),a}async function z(e){let t=await L(e.changeIds);if(typeof t==`string`)return n(`problem`,t,d),!1;let r=(t,n)=>(f.set({wanted:e,preview:t,changed:n}),!1);if(F(t).skippedCount>0)return r(t,!1);let i=await R(e,t);return i.kind===`changed`?r(i.preview,!0):(i.kind===`problem`&&n(`problem`,i.message,d),i.kind===`done`)}export{O as a,M as c,S as d,v as f,F as i,P as l,L as n,x as o,I as r,b as s,R as t,N as u};