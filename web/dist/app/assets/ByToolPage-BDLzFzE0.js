import{t as e}from"./Button-B4f1R8et.js";import{t}from"./Select-wLdUqhCB.js";import{$ as n,B as r,H as i,Q as a,V as o,_t as s,bt as c,ht as l,mt as u,pt as d,st as f,vt as p}from"./index-C-IemN7U.js";import{_ as m,b as h,f as g,g as _,p as v,t as y,u as b}from"./words-BPgP0IWb.js";import{O as x,V as S,X as C,o as ee,ot as w,r as T}from"./client-D4qO3wIF.js";import{PreviewDialog as E}from"./PreviewDialog-B6IFEnIY.js";import{l as D}from"./accepting-BTWsAaJK.js";import{a as O,i as te,n as k,o as ne,r as A,s as j,t as re}from"./useLiveList-Dh8XNli5.js";import{n as ie,r as M,t as ae}from"./useRowGrid-AR01gCJ1.js";import{t as N}from"./Icon-D0SbRQDo.js";import{t as oe}from"./useSlow-BshVrWhD.js";import{n as P,r as F,t as se}from"./mapping-Nj6H9RtQ.js";import{t as ce}from"./parts-CkoDmI1X.js";import{t as I}from"./offering-Dfw5kWmx.js";import{t as L}from"./Group-DZy1-QeF.js";import{t as R}from"./Loader-CLmpB8NZ.js";import{t as le}from"./Modal-BVC3O_E7.js";import{t as ue}from"./templates-DB5INbxw.js";import{n as de,t as z}from"./Combobox-CgXT9KWE.js";import{t as fe}from"./useFollowed-C1tCUB1F.js";var B=h(m(),1),V=_();function pe({integration:{id:t,name:n}}){let r=ie.externalOrgs(t);return(0,V.jsx)(e,{component:`a`,href:r,download:!0,variant:`default`,leftSection:(0,V.jsx)(N,{name:`download`,size:14}),"aria-label":k.externalOrgsOf(n),onClick:e=>M(e,r),children:k.externalOrgs})}var H=C(`
  fragment LensFields on ExternalOrg {
    id
    name
    remoteId
    url
    website
    city
    addedAt
    integration {
      id
    }
    matchState
    needsDecisionBecause
    suggestion {
      tier
      bulk
      warnings
      organization {
        id
        name
      }
      signals {
        kind
        weight
        explanation
      }
    }
    candidates {
      organization {
        id
        name
      }
      score
      signals {
        kind
        weight
        explanation
      }
    }
    mapping {
      id
      createdBy
      createdAt
      organization {
        id
        name
      }
    }
    exclusion {
      reason
      note
      at
      until
      renamed
      actor {
        name
      }
    }
  }
`),me=C(`
    query LensPage($first: Int!, $after: String, $search: String, $filter: ExternalOrgLensFilter, $orderBy: ExternalOrgOrder) {
      externalOrgs(first: $first, after: $after, search: $search, filter: $filter, orderBy: $orderBy) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          ...LensFields
        }
      }
    }
  `,[H]),he=C(`
  query LensKeys($first: Int!, $after: String, $search: String, $filter: ExternalOrgLensFilter, $orderBy: ExternalOrgOrder) {
    externalOrgs(first: $first, after: $after, search: $search, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        matchState
      }
    }
  }
`),U=C(`
    query LensRows($ids: [ID!]!) {
      nodes(ids: $ids) {
        __typename
        ... on ExternalOrg {
          ...LensFields
        }
      }
    }
  `,[H]),W=C(`
  query LensCounts {
    integrations {
      id
      matchCounts {
        mapped
        suggested
        needsDecision
        conflict
        excluded
        removed
      }
    }
  }
`),G=C(`
  query OrganizationChoices($first: Int!, $search: String, $integrationId: ID!) {
    organizations(first: $first, search: $search) {
      totalCount
      nodes {
        id
        name
        mappings(integrationIds: [$integrationId]) {
          id
          externalOrg {
            id
            name
          }
        }
      }
    }
  }
`),ge=C(`
  query MappedIn($ids: [ID!]!, $integrationId: ID!) {
    nodes(ids: $ids) {
      __typename
      ... on Organization {
        id
        mappings(integrationIds: [$integrationId]) {
          id
          externalOrg {
            id
            name
          }
        }
      }
    }
  }
`),_e=C(`
  mutation CreateOrganizationsFrom($ids: [ID!]!, $despiteSimilar: [ID!], $dryRun: Boolean) {
    createOrganizationsFrom(input: { externalOrgIds: $ids, createDespiteSimilar: $despiteSimilar, dryRun: $dryRun }) {
      results {
        outcome
        externalOrg {
          id
          name
        }
        organization {
          id
          name
        }
      }
      quota {
        limit
        used
        remaining
        plan
        renewsAt
      }
      change {
        id
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`),ve=C(`
  mutation ExcludeExternalOrgs($ids: [ID!]!, $reason: ExclusionReason!, $note: String, $until: Time) {
    excludeExternalOrgs(input: { externalOrgIds: $ids, reason: $reason, note: $note, until: $until }) {
      externalOrgs {
        id
      }
      change {
        id
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`),ye=C(`
  mutation IncludeExternalOrgs($ids: [ID!]!) {
    includeExternalOrgs(input: { externalOrgIds: $ids }) {
      externalOrgs {
        id
      }
      change {
        id
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`),be=1e3,xe=({id:e,name:t,integration:n,mapping:r})=>({id:e,name:t,integrationId:n.id,holder:r?.organization??null});async function Se(e,t,n){let r=[],i=null;for(let{id:n}of t){let t=await T(`mutation`,S,{externalOrgId:e.id,organizationId:n}),a=t.data?.rejectSuggestion;if(i=t.problem??a?.userErrors[0]?.message??null,i!==null||!a?.change)break;r.unshift(a.change.id)}return i!==null||r.length<t.length?(I(F.problems.partly({done:r.length,total:t.length,message:i??y.problems.ourFault}),{changeIds:r,onUndone:n},`problem`),!1):(I(F.done.rejected({external:e.name,organizations:t.map(({name:e})=>e)}),{changeIds:r,done:F.done.rejectionUndone(e.name),onUndone:n}),!0)}async function Ce(e,t,n){let r=[];for(let i of ce(e,be)){let e=await t(i);if(e!==null)return{done:r,problem:e};r.push(...i),n(r.length)}return{done:r,problem:null}}var we=({data:e,problem:t},n)=>t??n?.userErrors[0]?.message??(e===null?y.problems.ourFault:null),Te=(e,t)=>async n=>{let r=await T(`mutation`,ve,{ids:n,...e}),i=r.data?.excludeExternalOrgs.change;return i&&t.unshift(i.id),we(r,r.data?.excludeExternalOrgs)},Ee=e=>async t=>{let n=await T(`mutation`,ye,{ids:t}),r=n.data?.includeExternalOrgs.change;return r&&e.unshift(r.id),we(n,n.data?.includeExternalOrgs)};async function De(e,t,n,r,i=()=>void 0){let a=[],{done:o,problem:s}=await Ce(e,Te(n,a),i);return s===null?I(F.done.excluded({what:t,reason:F.reasons[n.reason]}),{changeIds:a,done:F.done.included(t),onUndone:r}):I(F.problems.partly({done:o.length,total:e.length,message:s}),{changeIds:a,onUndone:r},`problem`),s===null}async function Oe(e,t,n,r=()=>void 0){let i=[],{done:a,problem:o}=await Ce(e,Ee(i),r);return o===null?I(F.done.included(t),{changeIds:i,onUndone:n}):I(F.problems.partly({done:a.length,total:e.length,message:o}),{changeIds:i,onUndone:n},`problem`),o===null}async function ke(e,t,n,r=()=>void 0){let i=[],a=[],o=null,{problem:s}=await Ce(e,async e=>{let r=await T(`mutation`,_e,{ids:e,despiteSimilar:e.filter(e=>t.has(e)),dryRun:n}),s=r.data?.createOrganizationsFrom;return s&&(i.push(...s.results),o=s.quota.remaining,s.change&&a.unshift(s.change.id)),we(r,s)},r);return{results:i,remaining:o,problem:s,changeIds:a}}var K={page:`_page_1hsyr_1`,tools:`_tools_1hsyr_2`,tool:`_tool_1hsyr_2`,order:`_order_1hsyr_4`,export:`_export_1hsyr_5`,search:`_search_1hsyr_6`,facets:`_facets_1hsyr_7`,facet:`_facet_1hsyr_7`,facetCount:`_facetCount_1hsyr_11`,soft:`_soft_1hsyr_12`,warn:`_warn_1hsyr_13`,banner:`_banner_1hsyr_14`,frame:`_frame_1hsyr_16`,scroller:`_scroller_1hsyr_17`,waiting:`_waiting_1hsyr_18`,header:`_header_1hsyr_20`,row:`_row_1hsyr_20`,body:`_body_1hsyr_21`,actions:`_actions_1hsyr_23`,added:`_added_1hsyr_29`,box:`_box_1hsyr_32`,cardHead:`_cardHead_1hsyr_33`,record:`_record_1hsyr_34`,lines:`_lines_1hsyr_34`,name:`_name_1hsyr_38`,new:`_new_1hsyr_39`,state:`_state_1hsyr_43`,mark:`_mark_1hsyr_47`,match:`_match_1hsyr_54`,suggested:`_suggested_1hsyr_59`,note:`_note_1hsyr_60`,more:`_more_1hsyr_62`,opened:`_opened_1hsyr_64`,compare:`_compare_1hsyr_66`,cards:`_cards_1hsyr_67`,card:`_card_1hsyr_33`,cardReasons:`_cardReasons_1hsyr_73`,key:`_key_1hsyr_78`,choices:`_choices_1hsyr_81`,reasons:`_reasons_1hsyr_82`,choice:`_choice_1hsyr_81`,choiceReason:`_choiceReason_1hsyr_84`,choiceNote:`_choiceNote_1hsyr_85`,choicesFoot:`_choicesFoot_1hsyr_87`,waitingRow:`_waitingRow_1hsyr_90`,empty:`_empty_1hsyr_92`,foot:`_foot_1hsyr_93`,keys:`_keys_1hsyr_94`,hidden:`_hidden_1hsyr_95`,bar:`_bar_1hsyr_96`,outcomes:`_outcomes_1hsyr_99`,outcomeHead:`_outcomeHead_1hsyr_100`,outcome:`_outcome_1hsyr_99`},q=F.creating;function Ae({ids:t,onCreated:n,onClose:r}){let[i,a]=(0,B.useState)(null),[o,s]=(0,B.useState)(new Set),[c,l]=(0,B.useState)(null),[u,d]=(0,B.useState)(null),[f]=(0,B.useState)(t);(0,B.useEffect)(()=>{let e=!0;return ke(f,new Set,!0).then(t=>{e&&a(t)}),()=>{e=!1}},[f]);let p=(...e)=>i?.results.filter(({outcome:t})=>e.includes(t))??[],[m,h,g,_]=[p(`CREATED`),p(`MAPPED_EXISTING`),p(`SIMILAR_EXISTS`),p(`SKIPPED_ALREADY_IMPORTED`,`SKIPPED_DUPLICATE_NAME`)],v=[...m,...h,...g.filter(({externalOrg:e})=>o.has(e.id))].map(({externalOrg:e})=>e.id),b=u??i?.problem??null,x=async()=>{l(0),d(null);let{results:e,problem:t,changeIds:i}=await ke(v,o,!1,l),a=e.filter(({outcome:e})=>e===`CREATED`).length,s=e.filter(({outcome:e})=>e===`MAPPED_EXISTING`).length;if(n(e.map(({externalOrg:e})=>e.id)),l(null),(t===null||i.length>0)&&I(F.done.createdSeveral({created:a,mapped:s}),{changeIds:i,onUndone:()=>n(v)}),t!==null)return d(F.problems.partly({done:e.length,total:v.length,message:t}));r()};return(0,V.jsxs)(le,{opened:!0,onClose:r,title:(0,V.jsx)(`strong`,{children:q.title(t.length)}),size:720,children:[b!==null&&(0,V.jsx)(`p`,{className:K.banner,role:`alert`,children:b}),!i&&(0,V.jsxs)(`p`,{className:K.soft,role:`status`,children:[(0,V.jsx)(R,{size:`xs`,mr:8}),q.checking]}),i&&(0,V.jsxs)(`div`,{className:K.outcomes,role:`group`,"aria-label":q.title(t.length),tabIndex:0,children:[(0,V.jsx)(je,{title:q.creates(m.length),results:m,note:()=>null}),(0,V.jsx)(je,{title:q.maps(h.length),results:h,note:({organization:e})=>e&&q.mapsTo(e.name)}),(0,V.jsx)(je,{title:q.similar(g.length),results:g,warn:!0,note:({organization:e})=>e&&q.similarTo(e.name),ticked:o,onTick:(e,t)=>s(n=>{let r=new Set(n);return r[t?`add`:`delete`](e),r})}),(0,V.jsx)(je,{title:q.skips(_.length),results:_,note:({outcome:e})=>q.skipped[e]??null})]}),(0,V.jsx)(`p`,{className:K.soft,children:i&&i.remaining!==null&&q.left(Math.max(0,i.remaining-(v.length-h.length)))}),(0,V.jsxs)(L,{justify:`flex-end`,mt:`md`,children:[c!==null&&(0,V.jsx)(`span`,{className:K.soft,role:`status`,children:j.selection.progress({done:c,total:v.length})}),(0,V.jsx)(e,{variant:`default`,onClick:r,children:y.common.cancel}),(0,V.jsx)(e,{loading:c!==null,disabled:v.length===0||i?.problem!==null,onClick:()=>void x(),children:q.submit({created:v.length-h.length,mapped:h.length})})]})]})}function je({title:e,results:t,note:n,warn:r,ticked:i,onTick:a}){return t.length===0?null:(0,V.jsxs)(`section`,{"aria-label":e,children:[(0,V.jsx)(`h3`,{className:K.outcomeHead,"data-warn":r||void 0,children:e}),(0,V.jsx)(`ul`,{className:K.outcome,children:t.map(e=>{let{id:t,name:r}=e.externalOrg;return(0,V.jsxs)(`li`,{children:[a?(0,V.jsx)(p,{size:`xs`,label:r,"aria-label":q.createAnyway(r),checked:i?.has(t)??!1,onChange:e=>a(t,e.currentTarget.checked)}):(0,V.jsx)(`span`,{children:r}),(0,V.jsx)(`span`,{className:K.soft,children:n(e)})]},t)})})]})}var Me=6048e5,Ne=(e,t=Date.now())=>t-Date.parse(e)<Me,Pe=[[`FORMER_CLIENT`,/(?<!\p{L})(?:former|inactive|terminated|offboarded|cancell?ed|old client|ex-client|do not use)(?!\p{L})/iu],[`PROSPECT`,/(?<!\p{L})(?:prospect|lead)(?!\p{L})/iu]],Fe=e=>ue(e)?`TEST`:Pe.find(([,t])=>t.test(e))?.[0]??null,Ie=[`NOT_A_CLIENT`,`INTERNAL`,`TEST`,`VENDOR`,`PROSPECT`,`FORMER_CLIENT`,`DUPLICATE`,`OTHER`],Le=e=>e===null?[...Ie]:[e,...Ie.filter(t=>t!==e)],Re=(e,...t)=>[...e].filter(([,e])=>t.includes(e)).map(([e])=>e);function ze({matchState:e}){let t=e===`SUGGESTED`||e===`NEEDS_DECISION`||e===`CONFLICT`;return{accept:e===`SUGGESTED`,mapTo:t||e===`MAPPED`,create:t,exclude:t||e===`REMOVED`,include:e===`EXCLUDED`,clear:e===`MAPPED`}}var Be=e=>e.filter(({kind:e})=>e!==`PRIOR`).slice(0,4),J=F.excluding,Ve=1e3;function He({what:n,proposed:r,onExclude:i,onClose:a}){let[o,s]=(0,B.useState)(r??`NOT_A_CLIENT`),[c,l]=(0,B.useState)(``),[d,f]=(0,B.useState)(``);return(0,V.jsx)(le,{opened:!0,onClose:a,title:(0,V.jsx)(`strong`,{children:J.title(n)}),children:(0,V.jsxs)(`form`,{onSubmit:e=>{e.preventDefault(),i({reason:o,note:c.trim()||null,until:d===``?null:new Date(`${d}T00:00`).toISOString()}),a()},children:[(0,V.jsx)(t,{label:J.reason,value:o,allowDeselect:!1,data:Le(r).map(e=>({value:e,label:F.reasons[e]})),onChange:e=>s(Le(null).find(t=>t===e)??o)}),(0,V.jsx)(u,{mt:`sm`,label:J.note,description:J.noteHint,maxLength:Ve,value:c,onChange:e=>l(e.currentTarget.value)}),(0,V.jsx)(u,{mt:`sm`,type:`date`,label:J.until,description:J.untilHint,min:Ue(),value:d,onChange:e=>f(e.currentTarget.value)}),(0,V.jsxs)(L,{justify:`flex-end`,mt:`lg`,children:[(0,V.jsx)(e,{variant:`default`,onClick:a,children:y.common.cancel}),(0,V.jsx)(e,{type:`submit`,children:J.submit})]})]})})}function Ue(){let e=new Date;e.setDate(e.getDate()+1);let t=e=>String(e).padStart(2,`0`);return`${e.getFullYear()}-${t(e.getMonth()+1)}-${t(e.getDate())}`}var Y=F.candidates;function We({row:t,tool:n,choice:r,editable:i,actions:a}){let o=(0,B.useId)(),s=Ke(t),c=typeof r==`number`?t.candidates[r]:void 0;return(0,V.jsxs)(`div`,{className:K.compare,role:i?`radiogroup`:`group`,"aria-label":Y.label(t.name),children:[(0,V.jsxs)(`div`,{className:K.cards,children:[t.candidates.map(({organization:e,signals:c},l)=>(0,V.jsxs)(`label`,{className:K.card,"data-chosen":r===l||void 0,children:[(0,V.jsxs)(`span`,{className:K.cardHead,children:[i&&(0,V.jsx)(`input`,{type:`radio`,name:o,checked:r===l,onChange:()=>a.choose(t,l),"aria-label":e.name}),(0,V.jsx)(`strong`,{children:e.name}),i&&(0,V.jsx)(`kbd`,{className:K.key,"aria-hidden":`true`,children:l+1})]}),(0,V.jsx)(`span`,{className:K.cardReasons,children:Be(c).map(({kind:e,weight:t,explanation:n},r)=>(0,V.jsxs)(`span`,{"data-against":t<0||void 0,children:[(0,V.jsx)(`span`,{children:n}),(0,V.jsx)(`span`,{children:y.suggestions.explanation.weight(t)})]},`${e} ${r}`))}),(0,V.jsx)(`span`,{className:K.soft,children:s===null?y.common.loading:Ge(n,s.get(e.id)??[])})]},e.id)),i&&(0,V.jsxs)(`label`,{className:K.card,"data-chosen":r===`none`||void 0,children:[(0,V.jsxs)(`span`,{className:K.cardHead,children:[(0,V.jsx)(`input`,{type:`radio`,name:o,checked:r===`none`,onChange:()=>a.choose(t,`none`),"aria-label":Y.none}),(0,V.jsx)(`strong`,{children:Y.none}),(0,V.jsx)(`kbd`,{className:K.key,"aria-hidden":`true`,children:0})]}),(0,V.jsx)(`span`,{className:K.soft,children:Y.noneHint})]})]}),i&&(0,V.jsx)(e,{size:`compact-sm`,variant:r===null?`default`:`filled`,disabled:r===null,onClick:()=>a.decide(t),children:r===`none`?Y.reject(t.candidates.length):c?Y.map(c.organization.name):Y.choose})]})}var Ge=(e,t)=>t.length===0?Y.freeHere(e):Y.mappedHere({tool:e,externals:t});function Ke(e){let[t,n]=(0,B.useState)(null),r=e.candidates.map(({organization:e})=>e.id).join(` `),i=e.integration.id;return(0,B.useEffect)(()=>{let e=!0;return T(`query`,ge,{ids:r.split(` `),integrationId:i}).then(({data:t})=>{e&&t&&n(new Map(t.nodes.flatMap(e=>e?.__typename===`Organization`?[[e.id,e.mappings.map(({externalOrg:e})=>e.name)]]:[])))}),()=>{e=!1}},[r,i]),t}var qe=F.excluding;function Je({what:t,label:n,proposed:r,tabIndex:i,disabled:a,onExclude:o,onDetails:c}){return(0,V.jsxs)(s,{position:`bottom-end`,width:250,children:[(0,V.jsx)(s.Target,{children:(0,V.jsx)(e,{variant:`default`,size:`compact-sm`,tabIndex:i,disabled:a,"aria-label":n,rightSection:(0,V.jsx)(N,{name:`chevron`,size:12}),children:F.actions.exclude})}),(0,V.jsxs)(s.Dropdown,{className:K.reasons,children:[(0,V.jsx)(s.Label,{children:qe.as(t)}),Le(r).map(e=>(0,V.jsx)(s.Item,{onClick:()=>o(e),rightSection:e===r?(0,V.jsx)(`span`,{className:K.soft,children:qe.proposed}):void 0,children:F.reasons[e]},e)),(0,V.jsx)(s.Divider,{}),(0,V.jsx)(s.Item,{leftSection:(0,V.jsx)(N,{name:`clock`}),onClick:c,children:qe.details})]})]})}var X=F.picker,Ye=150,Xe=20,Ze=5,Qe=.5;function $e({row:e,tool:t,target:n,onPick:r,onClose:i}){let[a,o]=(0,B.useState)(``),[s]=c(a.trim(),Ye),l=et(e,s),u=de({opened:!0,onOpenedChange:e=>!e&&i()}),d=(0,B.useRef)(null),f=l?.search===a.trim(),p=f&&l.options[0]!==void 0&&(a.trim()!==``||l.options[0].id===e.suggestion?.organization.id);(0,B.useEffect)(()=>{let e=requestAnimationFrame(()=>d.current?.focus());return()=>cancelAnimationFrame(e)},[]);let{selectFirstOption:m,resetSelectedOption:h}=u;return(0,B.useEffect)(()=>{p?m():h()},[p,l]),(0,V.jsxs)(z,{store:u,width:330,position:`bottom-end`,transitionProps:{duration:0},portalProps:{target:`#lists`},onOptionSubmit:e=>{let t=l?.options.find(t=>t.id===e);t&&r(t)},children:[(0,V.jsx)(z.Target,{withAriaAttributes:!1,withKeyboardNavigation:!1,children:n}),(0,V.jsxs)(z.Dropdown,{children:[(0,V.jsx)(z.Search,{ref:d,role:`combobox`,"aria-expanded":`true`,"aria-autocomplete":`list`,value:a,"aria-label":X.label(e.name),placeholder:X.placeholder,autoComplete:`off`,spellCheck:!1,onChange:e=>o(e.currentTarget.value),onKeyDown:e=>{e.key===`Tab`&&(e.preventDefault(),i())}}),(0,V.jsx)(z.Options,{"aria-label":X.list,"aria-busy":!f,className:K.choices,children:l?.options.map(e=>(0,V.jsxs)(z.Option,{value:e.id,className:K.choice,children:[(0,V.jsx)(`span`,{children:e.name}),e.reason!==null&&(0,V.jsx)(`span`,{className:K.choiceReason,children:e.reason}),e.mapped.length>0&&(0,V.jsx)(`span`,{className:K.choiceNote,children:X.has({tool:t,externals:e.mapped})})]},e.id))}),(0,V.jsx)(`p`,{className:K.choicesFoot,role:`status`,children:!l||!f?X.searching:l.problem??(l.options.length===0?X.noMatches:l.options.length<l.total?X.showing({shown:l.options.length,total:l.total}):``)})]})]})}function et(e,t){let[n,r]=(0,B.useState)(null),[i]=(0,B.useState)(e);return(0,B.useEffect)(()=>{let e=!0;return tt(i,t).then(t=>{e&&r(t)}),()=>{e=!1}},[i,t]),n}async function tt(e,t){let r=e.integration.id,i=async e=>T(`query`,G,{first:Xe,search:e||null,integrationId:r}),o=t===``?n(e.name):``,[s,c]=await Promise.all([i(t),o===``?null:i(o)]);if(s.problem!==null)return{search:t,options:[],total:0,problem:s.problem};let l=new Map;e.suggestion&&l.set(e.suggestion.organization.id,X.suggested);for(let{organization:t}of e.candidates)l.set(t.id,X.candidate);let u=new Map,d=[...s.data.organizations.nodes,...c?.data?.organizations.nodes??[]];for(let{id:e,name:t,mappings:n}of d)u.set(e,{id:e,name:t,reason:l.get(e)??null,mapped:n.map(({externalOrg:e})=>e.name)});let f=[];if(t===``){for(let{id:t,name:n}of[...e.suggestion?[e.suggestion.organization]:[],...e.candidates.map(({organization:e})=>e)])f.push(u.get(t)??{id:t,name:n,reason:l.get(t)??null,mapped:[]});let t=(c?.data?.organizations.nodes??[]).map(({id:t,name:n})=>({id:t,like:a(e.name,n)})).filter(({id:e,like:t})=>t.score>=Qe&&!l.has(e));for(let{id:e,like:n}of t.sort((e,t)=>t.like.score-e.like.score).slice(0,Ze))f.push({...u.get(e),reason:n.reason})}let p=new Set(f.map(({id:e})=>e)),m=s.data.organizations.nodes.flatMap(({id:e})=>p.has(e)?[]:[u.get(e)]);return{search:t,options:[...f,...m],total:Math.max(s.data.organizations.totalCount,f.length+m.length),problem:null}}var Z=F.row,{actions:Q}=F,nt=(0,B.memo)(function(e){let{row:t,index:n,top:r,tool:i,showTool:a,active:o,selected:s,open:c,choice:l,explained:u,busy:d,editable:f,measure:p,actions:m}=e,{id:h,name:g,matchState:_,addedAt:y}=t,x=Z.place({tool:a?i:null,id:t.remoteId,city:t.city,website:t.website});return(0,V.jsxs)(`div`,{ref:p,className:K.row,role:`row`,"aria-rowindex":n+2,"data-index":n,"data-row":h,"data-state":_,"data-grid-position":`${n}:0`,tabIndex:o?0:-1,"aria-selected":f?s:void 0,"aria-busy":d||void 0,"aria-label":Z.label({name:g,tool:i,state:F.states[_],about:it(t)}),style:{transform:`translateY(${r}px)`},onFocus:()=>m.focus(h),children:[f&&(0,V.jsx)(`div`,{role:`gridcell`,className:K.box,children:(0,V.jsx)(`input`,{type:`checkbox`,checked:s,tabIndex:o?0:-1,"aria-label":j.selection.one(g),onClick:e=>m.select(n,e.currentTarget.checked,e.shiftKey),onChange:()=>void 0})}),(0,V.jsxs)(`div`,{role:`gridcell`,className:K.record,children:[(0,V.jsxs)(`span`,{className:K.name,children:[(0,V.jsx)(`strong`,{children:g}),Ne(y)&&(0,V.jsx)(`span`,{className:K.new,children:Z.isNew})]}),(0,V.jsx)(`span`,{className:K.soft,title:x,children:x})]}),(0,V.jsx)(`div`,{role:`gridcell`,className:K.added,title:b(y),children:v(y)}),(0,V.jsx)(`div`,{role:`gridcell`,className:K.state,children:(0,V.jsxs)(`span`,{children:[(0,V.jsx)(`span`,{className:K.mark,"aria-hidden":`true`}),F.states[_]]})}),(0,V.jsx)(`div`,{role:`gridcell`,className:K.match,"data-match":h,children:(0,V.jsx)(at,{row:t,explained:u,active:o,actions:m})}),f&&(0,V.jsx)(`div`,{role:`gridcell`,className:K.actions,children:(0,V.jsx)(ot,{...e})}),c&&(0,V.jsx)(`div`,{role:`gridcell`,className:K.opened,children:(0,V.jsx)(We,{row:t,tool:i,choice:l,editable:f,actions:m})})]})}),rt=new Set([`EXACT`,`NORMALIZED`]);function it({suggestion:e,mapping:t,exclusion:n,needsDecisionBecause:r}){return e?e.organization.name:t?t.organization.name:n?F.reasons[n.reason]:r??``}function at({row:t,explained:n,active:r,actions:a}){let{suggestion:o,mapping:s,exclusion:c}=t;if(o){let{tier:s,organization:c,signals:l,warnings:u}=o;return(0,V.jsxs)(V.Fragment,{children:[(0,V.jsx)(i,{tier:s}),(0,V.jsxs)(`span`,{className:K.lines,children:[(0,V.jsx)(`strong`,{className:K.suggested,children:s===`WEAK`?Z.question(c.name):c.name}),u.length>0?(0,V.jsxs)(`span`,{className:K.warn,children:[(0,V.jsx)(N,{name:`warn`,size:12}),` `,u.join(` `)]}):(0,V.jsx)(`span`,{className:K.soft,children:[y.suggestions.tiers[s],...D(l).slice(+!!rt.has(s))].join(y.common.separator)})]}),(0,V.jsx)(e,{size:`compact-xs`,variant:`subtle`,tabIndex:r?0:-1,"aria-expanded":n,"aria-label":Q.explainFor(t.name),onClick:()=>a.explain(t),children:Q.explain})]})}if(s)return(0,V.jsxs)(`span`,{className:K.lines,children:[(0,V.jsx)(`strong`,{children:s.organization.name}),(0,V.jsx)(`span`,{className:K.soft,title:b(s.createdAt),children:Z.mappedBy({name:s.createdBy,time:v(s.createdAt)})})]});if(c){let e=[Z.excludedBy({name:c.actor.name,time:v(c.at)}),c.until&&Z.until(c.until),c.renamed&&Z.renamed];return(0,V.jsxs)(`span`,{className:K.lines,children:[(0,V.jsxs)(`span`,{children:[(0,V.jsx)(`strong`,{children:F.reasons[c.reason]}),c.note!==null&&(0,V.jsx)(`span`,{className:K.note,children:c.note})]}),(0,V.jsx)(`span`,{className:K.soft,title:b(c.at),children:e.filter(Boolean).join(y.common.separator)})]})}return t.matchState===`REMOVED`?(0,V.jsx)(`span`,{className:K.soft,children:Z.removed}):(0,V.jsxs)(`span`,{className:K.lines,children:[(0,V.jsx)(`span`,{children:t.needsDecisionBecause}),t.candidates.length>0&&(0,V.jsxs)(`span`,{className:K.soft,children:[Z.fits(t.candidates.length),y.common.separator,t.candidates.map(({organization:e})=>e.name).join(`, `)]})]})}function ot({row:t,tool:n,active:r,open:i,searching:a,busy:o,actions:c}){let u=ze(t),{name:d,suggestion:f,candidates:p}=t,m=r?0:-1,h={size:`compact-sm`,tabIndex:m,disabled:o},g=(0,V.jsx)(e,{...h,variant:`default`,"aria-label":Q.mapToFor(d),"aria-haspopup":`listbox`,onClick:()=>c.search(a?null:t),children:Q.mapTo});return(0,V.jsxs)(V.Fragment,{children:[u.accept&&f&&(0,V.jsx)(l,{label:Q.acceptFor({external:d,organization:f.organization.name}),children:(0,V.jsx)(e,{...h,variant:`light`,leftSection:(0,V.jsx)(N,{name:`check`,size:14}),"aria-label":Q.acceptFor({external:d,organization:f.organization.name}),onClick:()=>c.accept(t),children:Q.accept})}),p.length>0&&u.create&&(0,V.jsx)(e,{...h,variant:`default`,"aria-expanded":i,"aria-label":Q.compareFor(d),onClick:()=>c.open(t,!i),children:Q.compare}),u.mapTo&&(a?(0,V.jsx)($e,{row:t,tool:n,target:g,onPick:e=>c.mapTo(t,e),onClose:()=>c.search(null)}):g),u.create&&!f&&(0,V.jsx)(e,{...h,variant:`default`,"aria-label":Q.createFor(d),onClick:()=>c.create(t),children:Q.create}),u.exclude&&(0,V.jsx)(Je,{what:F.excluding.one(d),label:Q.excludeFor(d),proposed:Fe(d),tabIndex:m,disabled:o,onExclude:e=>c.exclude(t,e),onDetails:()=>c.excludeWithDetails(t)}),u.include&&(0,V.jsx)(e,{...h,variant:`default`,"aria-label":Q.includeFor(d),onClick:()=>c.include(t),children:Q.include}),u.clear&&(0,V.jsx)(e,{...h,variant:`default`,"aria-label":Q.clearFor(d),onClick:()=>c.clear(t),children:Q.clear}),u.create&&(0,V.jsxs)(s,{position:`bottom-end`,children:[(0,V.jsx)(s.Target,{children:(0,V.jsx)(`button`,{type:`button`,className:K.more,tabIndex:m,disabled:o,"aria-label":Q.more(d),children:(0,V.jsx)(N,{name:`more`})})}),(0,V.jsxs)(s.Dropdown,{children:[(0,V.jsx)(s.Item,{disabled:!f,onClick:()=>c.reject(t),children:Q.notThis}),(0,V.jsx)(s.Item,{onClick:()=>c.create(t),children:Q.createItem})]})]})]})}var $=F.list,st=53;function ct(e){let{name:t,state:n,toolOf:r,tool:i,active:a,selected:o,open:s,searching:c,explained:l,busy:u,editable:d,slow:f,selectAll:p,empty:m,handle:h,actions:g,onSee:_,onNearEnd:v}=e,{rows:y,total:b}=n,x=(0,B.useMemo)(()=>y.map(({id:e})=>e),[y]),{scroller:S,items:C,height:ee,measure:w,at:T,go:E,move:D,isIdle:O}=ae({page:`byTool`,name:t,ids:x,active:a,rowHeight:st,onFocus:g.focus,onSee:_,onNearEnd:v});(0,B.useImperativeHandle)(h,()=>({focus:e=>E(e===null?0:y.findIndex(t=>t.id===e)),below:e=>E(y.findIndex(t=>t.id===e)+1),match:e=>S.current?.querySelector(`[data-match="${e}"]`)??null,isIdle:O}));let te=e=>{if(e.altKey||e.ctrlKey||e.metaKey||!(e.target instanceof HTMLElement))return;let t=e.target.matches(`[data-row]`),n=y[T];if(n&&e.target.closest(`[data-row]`)){if(t&&D(e))return e.preventDefault();k(e,n,t)&&e.preventDefault()}},k=(e,t,n)=>{let r=ze(t),i=s?.id===t.id,a=t.candidates.length>0&&r.create;if(e.key===`Escape`&&(i||!n))return n&&g.open(t,!1),E(T),!0;if(a&&d&&/^[0-3]$/.test(e.key)){let n=Number(e.key);return n>t.candidates.length?!1:(g.choose(t,n===0?`none`:n-1),E(T),!0)}if(!n)return!1;switch(e.key){case`Enter`:if(e.repeat)return!0;if(!d||r.clear||r.include)return lt(e);if(r.accept)g.accept(t);else if(i&&s.choice!==null)g.decide(t);else if(a)g.open(t,!i);else if(r.mapTo)g.search(t);else return lt(e);return!0;case` `:return t.suggestion?g.explain(t):a&&g.open(t,!i),!0;case`Delete`:return d&&t.suggestion&&g.reject(t),!0;case`x`:return d&&g.select(T,!o.has(t.id),!1),!0}return!1};return(0,V.jsxs)(`div`,{ref:S,className:K.scroller,role:`grid`,"aria-label":$.label,"aria-rowcount":b===null?-1:b+1,"aria-multiselectable":d||void 0,"aria-busy":n.loading&&y.length===0,onKeyDown:te,children:[(0,V.jsxs)(`div`,{className:K.header,role:`row`,"aria-rowindex":1,"data-editable":d||void 0,children:[d&&(0,V.jsx)(`div`,{role:`columnheader`,className:K.box,children:p}),(0,V.jsx)(`div`,{role:`columnheader`,className:K.record,children:$.record(i)}),(0,V.jsx)(`div`,{role:`columnheader`,className:K.added,children:$.added}),(0,V.jsx)(`div`,{role:`columnheader`,className:K.state,children:$.state}),(0,V.jsx)(`div`,{role:`columnheader`,className:K.match,children:$.match}),d&&(0,V.jsx)(`div`,{role:`columnheader`,className:K.actions,children:(0,V.jsx)(`span`,{className:K.hidden,children:$.actions})})]}),(0,V.jsx)(`div`,{role:`rowgroup`,className:K.body,"data-editable":d||void 0,style:{height:ee},children:C.map(e=>{let t=y[e.index];return t&&(0,V.jsx)(nt,{row:t,index:e.index,top:e.start,tool:r(t.integration.id),showTool:i===null,active:T===e.index,selected:o.has(t.id),open:s?.id===t.id,choice:s?.id===t.id?s.choice:null,searching:c===t.id,explained:l===t.id,busy:u.has(t.id),editable:d,measure:w,actions:g},t.id)})}),f&&y.length===0&&Array.from({length:8},(e,t)=>(0,V.jsxs)(`div`,{className:K.waitingRow,"aria-hidden":`true`,children:[(0,V.jsx)(`span`,{}),(0,V.jsx)(`span`,{})]},t)),b===0&&y.length===0&&(0,V.jsx)(`p`,{className:K.empty,children:m})]})}function lt(e){let t=e.target instanceof HTMLElement?e.target.querySelector(`button`):null;return t?.focus(),t!==null}var ut=F.selection;function dt({selected:t,progress:n,onAccept:r,onCreate:i,onExclude:a,onExcludeWithDetails:o,onInclude:s,onClear:c}){let l=Re(t,`SUGGESTED`),u=Re(t,`NEEDS_DECISION`,`CONFLICT`),d=Re(t,`SUGGESTED`,`NEEDS_DECISION`,`CONFLICT`,`REMOVED`),f=Re(t,`EXCLUDED`),p=n!==null;return(0,V.jsxs)(`section`,{className:K.bar,"aria-label":j.selection.label,children:[(0,V.jsx)(`strong`,{role:`status`,children:n??j.selection.selected(t.size)}),l.length>0&&(0,V.jsx)(e,{variant:`default`,disabled:p,leftSection:(0,V.jsx)(N,{name:`check`,size:14}),onClick:()=>r(l),children:ut.accept(l.length)}),u.length>0&&(0,V.jsx)(e,{variant:`default`,disabled:p,leftSection:(0,V.jsx)(N,{name:`plus`,size:14}),onClick:()=>i(u),children:ut.create(u.length)}),d.length>0&&(0,V.jsx)(Je,{what:F.excluding.several(d.length),proposed:null,disabled:p,onExclude:e=>a(d,e),onDetails:()=>o(d)}),f.length>0&&(0,V.jsx)(e,{variant:`default`,disabled:p,onClick:()=>s(f),children:ut.include(f.length)}),(0,V.jsx)(e,{variant:`subtle`,disabled:p,onClick:c,children:j.selection.clear})]})}var ft=F.similar;function pt({external:t,organization:n,onMapThere:r,onCreate:i,onClose:a}){return(0,V.jsxs)(le,{opened:!0,onClose:a,title:(0,V.jsx)(`strong`,{children:ft.title}),children:[(0,V.jsx)(`p`,{children:ft.text({external:t,organization:n})}),(0,V.jsxs)(L,{justify:`flex-end`,mt:`lg`,children:[(0,V.jsx)(e,{variant:`default`,onClick:a,children:y.common.cancel}),(0,V.jsx)(e,{variant:`default`,onClick:i,children:ft.createAnyway}),(0,V.jsx)(e,{variant:`default`,onClick:r,children:ft.mapThere(n)})]})]})}var mt=e=>({page:async(t,n)=>{let{data:r,problem:i}=await T(`query`,me,{first:t,after:n,...e});return i===null?{data:O(r.externalOrgs),problem:i}:{data:null,problem:i}},keys:async(t,n)=>{let{data:r,problem:i}=await T(`query`,he,{first:t,after:n,...e});return i===null?{data:O(r.externalOrgs),problem:i}:{data:null,problem:i}},rows:async e=>{let{data:t,problem:n}=await T(`query`,U,{ids:[...e]});return n===null?{data:t.nodes.filter(e=>e?.__typename===`ExternalOrg`),problem:null}:{data:null,problem:n}}});function ht(e,t){let n=JSON.stringify(e),r=(0,B.useMemo)(()=>mt(JSON.parse(n)),[n]),{list:i,state:a}=re(r,t),[o,s]=(0,B.useState)(null);return fe(async e=>{e||i.changed();let{data:t}=await T(`query`,W,{});t&&s(new Map(t.integrations.map(({id:e,matchCounts:t})=>[e,t])))}),{list:i,state:a,counts:o,keys:r.keys}}function gt(e){let t=(0,B.useRef)(e);t.current=e;let n=(0,B.useRef)(null);return(0,B.useMemo)(()=>{let e=e=>t.current.show(e),r=async(n,r)=>{let{id:i}=n,a=()=>void t.current.list.refresh([i]);t.current.setBusy(e=>new Set(e).add(i)),e({explained:null,searching:null,...t.current.shown.open?.id===i?{open:null}:{}}),await r(a),await t.current.list.refresh([i]),t.current.setBusy(e=>new Set([...e].filter(e=>e!==i)))},i=(t,n)=>r(t,async r=>{let i=`map ${t.id}`,{results:[a],problem:o,changeIds:s}=await ke([t.id],new Set(n?[t.id]:[]),!1);if(o!==null||!a)return w(`problem`,o??y.problems.ourFault,i);if(a.outcome===`SIMILAR_EXISTS`&&a.organization)return e({dialog:{kind:`similar`,row:t,organization:a.organization}});if(a.outcome===`CREATED`)return I(F.done.created(a.organization?.name??t.name),{changeIds:s,onUndone:r});if(a.outcome!==`MAPPED_EXISTING`||!a.organization)return w(`problem`,F.problems.skipped,i);let{name:c}=a.organization;I(F.done.mapped({external:t.name,organization:c}),{changeIds:s,done:F.done.mappingUndone(t.name),onUndone:r})}),a=(e,t)=>r(e,n=>P(xe(e),t,n));return{focus:n=>{t.current.shown.active!==n&&e({active:n})},select:(e,r,i)=>{let{rows:a}=t.current.list.state.get(),o=i?a.findIndex(({id:e})=>e===n.current):-1;n.current=a[e]?.id??null,t.current.setSelected(t=>A(t,a,({matchState:e})=>e,o<0?e:o,e,r))},open:({id:t},n)=>e({open:n?{id:t,choice:null}:null,explained:null}),choose:({id:t},n)=>e({open:{id:t,choice:n},explained:null}),decide:e=>{let n=t.current.shown.open?.choice??null;if(n===null)return;t.current.grid.current?.focus(e.id);let i=typeof n==`number`?e.candidates[n]?.organization:void 0;i?a(e,i):n===`none`&&r(e,t=>Se(e,e.candidates.map(({organization:e})=>e),t))},accept:e=>{e.suggestion&&(t.current.grid.current?.below(e.id),a(e,e.suggestion.organization))},explain:({id:n})=>e({explained:t.current.shown.explained===n?null:n}),reject:e=>{e.suggestion&&r(e,t=>Se(e,[e.suggestion.organization],t))},search:n=>{let r=t.current.shown.searching;e({searching:n?.id??null,explained:null}),n===null&&r!==null&&t.current.grid.current?.focus(r)},mapTo:(e,n)=>{t.current.grid.current?.focus(e.id),a(e,n)},clear:e=>void r(e,t=>se(xe(e),t)),create:t=>{t.suggestion?e({dialog:{kind:`similar`,row:t,organization:t.suggestion.organization},explained:null}):i(t,!1)},createDespite:e=>void i(e,!0),exclude:(e,t)=>void r(e,n=>De([e.id],F.excluding.one(e.name),{reason:t,note:null,until:null},n)),excludeWithDetails:t=>e({dialog:{kind:`exclude`,ids:[t.id],what:F.excluding.one(t.name),proposed:Fe(t.name),row:t}}),include:e=>void r(e,t=>Oe([e.id],F.excluding.one(e.name),t))}},[])}var _t=[`decide`,`suggested`,`needsDecision`,`conflict`,`mapped`,`excluded`,`removed`,`all`],vt=[`newest`,`oldest`,`name`,`best`,`weakest`],yt={decide:[`SUGGESTED`,`NEEDS_DECISION`,`CONFLICT`],suggested:[`SUGGESTED`],needsDecision:[`NEEDS_DECISION`],conflict:[`CONFLICT`],mapped:[`MAPPED`],excluded:[`EXCLUDED`],removed:[`REMOVED`],all:null},bt={newest:{field:`ADDED_AT`,direction:`DESC`},oldest:{field:`ADDED_AT`,direction:`ASC`},name:{field:`NAME`,direction:`ASC`},best:{field:`SCORE`,direction:`DESC`},weakest:{field:`SCORE`,direction:`ASC`}};function xt(e){let t=new URLSearchParams(e);return{facet:_t.find(e=>e===t.get(`show`))??`decide`,integration:t.get(`in`),search:t.get(`q`)??``,order:vt.find(e=>e===t.get(`order`))??`newest`}}function St({facet:e,integration:t,search:n,order:r}){let i=new URLSearchParams;return n&&i.set(`q`,n),e!==`decide`&&i.set(`show`,e),t&&i.set(`in`,t),r!==`newest`&&i.set(`order`,r),i.size===0?``:`?${i}`}var Ct={path:`/by-tool`,read:xt,write:St,isStep:(e,t)=>e.facet!==t.facet||e.integration!==t.integration||e.order!==t.order},wt=({facet:e,integration:t,search:n,order:r})=>({search:n||null,filter:{states:yt[e],integrationIds:t?[t]:null},orderBy:bt[r]}),Tt={SUGGESTED:`suggested`,NEEDS_DECISION:`needsDecision`,CONFLICT:`conflict`,MAPPED:`mapped`,EXCLUDED:`excluded`,REMOVED:`removed`},Et=Object.keys(Tt);function Dt(e,t,n){return(n===null?[...t.values()]:[t.get(n)].filter(e=>e!==void 0)).reduce((t,n)=>t+(yt[e]??Et).reduce((e,t)=>e+n[Tt[t]],0),0)}var Ot=150,kt={active:null,open:null,searching:null,explained:null,dialog:null},At=({matchState:e})=>e;function jt({viewer:n}){let[{data:i,error:a}]=d({query:x}),s=(0,B.useMemo)(()=>i?.integrations??[],[i]),l=n.role!==`VIEWER`,[p,m]=(0,B.useState)(()=>xt(location.search).search),[h,_]=r(Ct,e=>m(e.search)),[v]=c(p.trim(),Ot);(0,B.useEffect)(()=>_({search:v}),[v,_]);let b=(0,B.useRef)(null),S=(0,B.useRef)(!1),C=(0,B.useMemo)(()=>wt(h),[h]),w=JSON.stringify(C),T=ht(C,()=>!S.current&&b.current?.isIdle()===!0),{state:D,counts:O}=T,{selected:k,setSelected:A,selectAll:re,progress:ie}=te(w,D.rows,T.keys,At),[M,ae]=(0,B.useState)(kt),P=(0,B.useCallback)(e=>ae(t=>({...t,...e})),[]),[se,ce]=(0,B.useState)(new Set),[I,L]=(0,B.useState)(null),R=gt({list:T.list,shown:M,show:P,setSelected:A,setBusy:ce,grid:b});(0,B.useEffect)(()=>ae(kt),[w]),(0,B.useEffect)(()=>{S.current=k.size>0||M.open!==null||M.searching!==null||M.explained!==null||M.dialog!==null});let le=oe(D.loading&&D.rows.length===0);f(D.problem,()=>void T.list.show());let ue=(0,B.useCallback)(e=>T.list.see(e),[T.list]),de=(0,B.useCallback)(()=>void T.list.more(),[T.list]),z=(0,B.useCallback)(e=>s.find(t=>t.id===e)?.name??y.common.none,[s]),fe=async(e,t)=>{L(j.selection.progress({done:0,total:e.length})),await t(t=>L(j.selection.progress({done:t,total:e.length})))&&A(new Map),L(null),await T.list.refresh(H(e))},H=e=>{let t=new Set(e);return D.rows.map(({id:e})=>e).filter(e=>t.has(e))},me=e=>()=>void T.list.refresh(H(e)),he=(e,t,n)=>fe(e,r=>De(e,t,n,me(e),r)),{dialog:U}=M,W=()=>P({dialog:null}),G=D.rows.find(({id:e,suggestion:t})=>e===M.explained&&t!==null),ge=G?.suggestion,_e=s.find(({id:e})=>e===h.integration),ve=D.total!==null&&k.size>=D.total&&D.total>0;return(0,V.jsxs)(`div`,{className:K.page,children:[(0,V.jsxs)(`div`,{className:K.tools,children:[(0,V.jsx)(t,{className:K.tool,"aria-label":F.tool,value:h.integration??``,allowDeselect:!1,data:[{value:``,label:F.allTools},...s.map(({id:e,name:t})=>({value:e,label:t}))],onChange:e=>_({integration:e||null})}),(0,V.jsx)(`div`,{className:K.facets,role:`group`,"aria-label":F.filter,children:_t.map(e=>(0,V.jsxs)(`button`,{type:`button`,className:K.facet,"aria-pressed":h.facet===e,onClick:()=>_({facet:e}),children:[F.facets[e],` `,(0,V.jsx)(`span`,{className:K.facetCount,children:O===null?F.counting:g(Dt(e,O,h.integration))})]},e))})]}),(0,V.jsxs)(`div`,{className:K.tools,children:[(0,V.jsx)(u,{className:K.search,leftSection:(0,V.jsx)(N,{name:`search`}),"aria-label":F.search,placeholder:F.searchPlaceholder,value:p,onChange:e=>m(e.currentTarget.value)}),(0,V.jsx)(t,{className:K.order,"aria-label":F.order,value:h.order,allowDeselect:!1,data:vt.map(e=>({value:e,label:F.orders[e]})),onChange:e=>_({order:vt.find(t=>t===e)??`newest`})}),!l&&(0,V.jsx)(`span`,{className:K.soft,children:F.viewOnly}),_e&&(0,V.jsx)(`span`,{className:K.export,children:(0,V.jsx)(pe,{integration:_e})})]}),(D.problem!==null||a)&&(0,V.jsxs)(`p`,{className:K.banner,role:`alert`,children:[(0,V.jsx)(N,{name:`warn`}),` `,D.problem??ee(a),(0,V.jsx)(e,{size:`compact-sm`,variant:`default`,onClick:()=>void T.list.show(),children:y.common.tryAgain})]}),i&&s.length===0&&(0,V.jsx)(`p`,{className:K.soft,children:y.common.noIntegrations}),(0,V.jsxs)(`div`,{className:K.frame,children:[(0,V.jsx)(`div`,{role:`status`,className:K.waiting,children:D.waiting>0&&(0,V.jsx)(`button`,{type:`button`,onClick:()=>void T.list.show().then(()=>b.current?.focus(null)),children:j.waiting(D.waiting)})}),(0,V.jsx)(ct,{name:w,state:D,toolOf:z,tool:h.integration===null?null:z(h.integration),active:M.active,selected:k,open:M.open,searching:M.searching,explained:M.explained,busy:se,editable:l,slow:le,empty:h.search===``?F.empty[h.facet]:F.empty.search(h.search),handle:b,actions:R,onSee:ue,onNearEnd:de,selectAll:(0,V.jsx)(ne,{total:D.total,some:k.size>0,all:ve,disabled:ie!==null||D.total===0,onChange:e=>{e?re():A(new Map)}})})]}),(0,V.jsxs)(`p`,{className:K.foot,children:[(0,V.jsx)(`span`,{role:`status`,children:ie??(D.total===null?j.loading:j.showing({shown:D.rows.length,total:D.cursor===null?D.rows.length:D.total}))}),(0,V.jsx)(`span`,{className:K.keys,children:F.list.keys})]}),l&&k.size>0&&(0,V.jsx)(dt,{selected:k,progress:ie??I,onClear:()=>{A(new Map),b.current?.focus(M.active)},onAccept:e=>P({dialog:{kind:`accept`,ids:e}}),onCreate:e=>P({dialog:{kind:`create`,ids:e}}),onExclude:(e,t)=>void he(e,F.excluding.several(e.length),{reason:t,note:null,until:null}),onExcludeWithDetails:e=>P({dialog:{kind:`exclude`,ids:e,what:F.excluding.several(e.length),proposed:null,row:null}}),onInclude:e=>void fe(e,t=>Oe(e,F.excluding.several(e.length),me(e),t))}),G&&ge&&(0,V.jsx)(o,{suggestion:{tier:ge.tier,externalOrg:G},organization:ge.organization,integration:z(G.integration.id),others:[],anchor:()=>b.current?.match(G.id)??null,onGone:()=>P({explained:null}),onClose:()=>{P({explained:null}),b.current?.focus(G.id)},decide:l?{accept:()=>R.accept(G),reject:()=>{b.current?.focus(G.id),R.reject(G)},another:()=>R.search(G)}:null},G.id),U?.kind===`similar`&&(0,V.jsx)(pt,{external:U.row.name,organization:U.organization.name,onClose:W,onCreate:()=>{W(),R.createDespite(U.row)},onMapThere:()=>{W(),R.mapTo(U.row,U.organization)}}),U?.kind===`exclude`&&(0,V.jsx)(He,{what:U.what,proposed:U.proposed,onClose:W,onExclude:e=>void he(U.ids,U.what,e)}),U?.kind===`create`&&(0,V.jsx)(Ae,{ids:U.ids,onClose:W,onCreated:e=>{A(new Map),T.list.refresh(H(e))}}),U?.kind===`accept`&&(0,V.jsx)(E,{title:F.preview,columnName:z,onClose:W,find:async()=>({ids:U.ids.slice(0,1e3),capped:U.ids.length>1e3,unsaved:0}),onAccepted:()=>{A(new Map),T.list.refresh(H(U.ids))}})]})}export{jt as ByToolPage};